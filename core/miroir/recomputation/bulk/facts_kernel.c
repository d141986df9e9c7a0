/* The facts of a month, employee by employee, straight from the lines: what
 * facts.py says of the blocks as columns, to the last value. That one remains
 * the reference, and what runs where no compiler was at hand, or where anything
 * in an arena is out of its place.
 *
 * No function allocates, keeps anything or knows Python. Amounts wrap as those
 * of numpy do (-fwrapv). */

#include "values.h"

#include <stddef.h>

enum { UNIT = 10000, SLOTS = 12, MOST_BASES = 256 };
static const int64_t NO_END = INT64_C(1) << 40;

/* Blocks, by the part they play; compiled.py gives the role of each. */
enum {
    OUTSIDE, PAYMENT, EMPLOYEE, OTHER, CONTRACT, CHANGE, END, SCHEME, PAY,
    ACTIVITY, BASE, COMPONENT, CONTRIBUTION, ROLES
};

/* Rubriques, by the place of their value; compiled.py gives the slot of each. */
enum { FIRST_SLOT = 0, SECOND_SLOT, THIRD_SLOT, FOURTH_SLOT };
enum { C_START, C_STATUS, C_NATURE, C_SCHEME, C_UNIT, C_REFERENCE, C_WORKED,
       C_MODALITY, C_SEVERAL, C_FULL_TIME };
enum { H_SINCE, H_IDENTITY, H_COMPUTED = H_IDENTITY + 3, H_DEPTH = H_COMPUTED + 5 };
enum { E_DAY, E_REASON };
enum { P_START, P_END, P_KIND, P_HOURS };
enum { A_MEASURE, A_UNIT };
enum { B_CODE, B_START, B_END, B_AMOUNT };
enum { NOT_WANTED = 255 };

/* Codes that mean something, as packed texts, in the order of compiled.py. */
struct rules {
    uint64_t apprentice[3], specific[7], scheme[3];
    uint64_t intern, several, full_time, cancelled, gross, extra, ceiling_days;
    uint64_t part_time, days_contract, capped, uncapped, smic, employer, shared;
    uint64_t c131, c105, c132, c106, c109, c018;
};

/* By block, its `role`; by role, the slots that are `required`; by code, its
 * `slot` and `kind`. */
struct wanted {
    const uint8_t *role;
    const uint64_t *required;
    const uint8_t *slot;
    const uint8_t *kind;
    const struct rules *rules;
    const struct months *months;
};

/* The lines of an arena and its instances. */
struct arena {
    const uint8_t *text;
    const int64_t *start, *length, *code;
    const int64_t *line;
    const uint8_t *block;
    int64_t lines, instances;
};

/* A record of rows.py, from `person` on; `odd` and `last` are apart. */
struct __attribute__((packed)) row {
    uint64_t person[2], contract[3];
    int64_t start, end, status, days, worked, reference;
    uint8_t reduced_days_contract, apprentice;
    int64_t gross, capped, declared_131, declared_132, declared_106;
    uint8_t legacy_105;
    int64_t exempt_109, reduction_018;
    uint8_t has_018;
    int64_t reduction_106;
    uint8_t has_106;
    int64_t smic, line, offset, length;
    uint8_t sure;
};

int64_t miroir_row_bytes(void)
{
    return (int64_t)sizeof(struct row);
}

/* One instance: values by slot, the only text, which slots are there. */
struct instance {
    int64_t value[SLOTS];
    uint64_t text[TEXT_WORDS];
    uint64_t present;
    int fine;
};

struct base {
    int64_t code, start, end, amount;
};

/* What the blocks of an employee said so far. */
struct employee {
    int64_t first, last;
    int sure, odd;
    int64_t contracts, ends, schemes, pays, bases;
    uint64_t number[TEXT_WORDS], unit, modality;
    int64_t start, end, status, worked, reference, extra;
    int apprentice, scheme_known;
    int own, own_gross, said, elsewhere;
    int64_t days, covered_first, covered_last;
    int64_t capped, gross, smic, employer;
    int has_capped, complete, paid;
    int64_t c131, c105, c132, c106, c109, c018;
    int has_018, has_106;
    struct base base[MOST_BASES];
};

static int any_of(uint64_t word, const uint64_t *words, int count)
{
    int found = 0;
    for (int rank = 0; rank < count; rank++)
        found |= word == words[rank];
    return found;
}

static void read_instance(const struct arena *arena, int64_t instance, int role,
                          const struct wanted *wanted, struct instance *out)
{
    int64_t end = instance + 1 < arena->instances ? arena->line[instance + 1]
                                                  : arena->lines;
    memset(out->value, 0, sizeof out->value);
    memset(out->text, 0, sizeof out->text);
    out->present = 0;
    out->fine = 1;
    for (int64_t line = arena->line[instance]; line < end; line++) {
        int64_t code = arena->code[line];
        uint8_t slot = wanted->slot[code], kind = wanted->kind[code];
        if (slot == NOT_WANTED)
            continue;
        const uint8_t *from = arena->text + arena->start[line] + VALUE;
        int64_t size = arena->length[line] - (VALUE + 1);
        int fine = 1;
        if (kind == TEXT)
            text_value(from, size, out->text, &fine);
        else
            out->value[slot] = (int64_t)value(kind, from, size, wanted->months, &fine);
        out->present |= UINT64_C(1) << slot;
        out->fine &= fine;
    }
    out->fine &= (out->present & wanted->required[role]) == wanted->required[role];
}

static int has(const struct instance *own, int slot)
{
    return (int)(own->present >> slot) & 1;
}

static void add_contract(struct employee *who, const struct instance *own,
                         const struct rules *rules)
{
    const int64_t *value = own->value;
    who->contracts++;
    memcpy(who->number, own->text, sizeof who->number);
    who->start = value[C_START];
    uint64_t status = (uint64_t)value[C_STATUS];
    uint64_t tens = (status & 255) - '0', ones = (status >> 8 & 255) - '0';
    who->status = status >> 16 || tens > 9 || ones > 9 ? -1 : (int64_t)(tens * 10 + ones);
    who->apprentice = any_of((uint64_t)value[C_SCHEME], rules->apprentice, 3);
    who->unit = (uint64_t)value[C_UNIT];
    who->modality = (uint64_t)value[C_MODALITY];
    who->worked = value[C_WORKED];
    who->reference = value[C_REFERENCE];
    who->sure &= (uint64_t)value[C_NATURE] != rules->intern
        && (uint64_t)value[C_SEVERAL] != rules->several
        && (uint64_t)value[C_FULL_TIME] != rules->full_time;
}

/* As `Contracts._doubt_changes`. */
static void add_change(struct employee *who, const struct instance *own)
{
    uint64_t identity = own->present >> H_IDENTITY & 7;
    uint64_t computed = own->present >> H_COMPUTED & 31;
    who->sure &= !identity && !(computed && own->value[H_SINCE] != who->first);
}

static void add_pay(struct employee *who, const struct instance *own,
                    const struct rules *rules)
{
    uint64_t kind = (uint64_t)own->value[P_KIND];
    who->pays++;
    who->own = memcmp(own->text, who->number, sizeof who->number) == 0;
    who->own_gross = who->own && kind == rules->gross;
    if (!who->own)
        return;
    who->sure &= own->value[P_START] >= who->first && own->value[P_START] <= who->last;
    if (kind == rules->extra)
        who->extra += own->value[P_HOURS];
}

static void add_activity(struct employee *who, const struct instance *own,
                         const struct rules *rules)
{
    if ((uint64_t)own->value[A_UNIT] != rules->ceiling_days)
        return;
    if (who->own_gross) {
        who->said = 1;
        who->days += own->value[A_MEASURE];
    } else if (who->own) {
        who->elsewhere = 1;
    }
}

/* Gives 0 where there are more bases than can be compared. */
static int add_base(struct employee *who, const struct instance *own,
                    const struct rules *rules)
{
    const int64_t *value = own->value;
    struct base base = {value[B_CODE], value[B_START], value[B_END], value[B_AMOUNT]};
    uint64_t code = (uint64_t)base.code;
    if (who->bases == MOST_BASES)
        return 0;
    who->odd |= base.end < base.start;
    who->sure &= base.start >= who->first && base.start <= who->last
        && !(base.amount && any_of(code, rules->specific, 7));
    for (int64_t rank = 0; rank < who->bases; rank++)
        who->sure &= memcmp(&who->base[rank], &base, sizeof base) != 0;
    who->base[who->bases++] = base;
    int capped = code == rules->capped, uncapped = code == rules->uncapped;
    if (!capped && !uncapped)
        return 1;
    if (base.start < who->covered_first)
        who->covered_first = base.start;
    if (base.end > who->covered_last)
        who->covered_last = base.end;
    who->has_capped |= capped;
    who->complete |= uncapped;
    who->paid |= capped && base.amount > 0;
    who->capped += capped ? base.amount : 0;
    who->gross += uncapped ? base.amount : 0;
    return 1;
}

static void add_component(struct employee *who, const struct instance *own,
                          const struct rules *rules)
{
    uint64_t kind = (uint64_t)own->value[FIRST_SLOT];
    int64_t amount = own->value[SECOND_SLOT];
    who->sure &= kind != rules->shared;
    who->smic += kind == rules->smic ? amount : 0;
    who->employer += kind == rules->employer ? amount : 0;
}

static void add_contribution(struct employee *who, const struct instance *own,
                             const struct rules *rules)
{
    uint64_t code = (uint64_t)own->value[FIRST_SLOT];
    int64_t amount = own->value[SECOND_SLOT];
    if (!has(own, SECOND_SLOT))
        return;
    who->c131 += code == rules->c131 ? amount : 0;
    who->c105 += code == rules->c105 ? amount : 0;
    who->c132 += code == rules->c132 ? amount : 0;
    who->c106 += code == rules->c106 ? amount : 0;
    who->c109 += code == rules->c109 ? amount : 0;
    who->c018 += code == rules->c018 ? amount : 0;
    who->has_018 |= code == rules->c018;
    who->has_106 |= code == rules->c106;
}

/* Gives 0 where only numpy can tell. */
static int add(struct employee *who, int role, const struct instance *own,
               const struct rules *rules)
{
    switch (role) {
    case CONTRACT:
        add_contract(who, own, rules);
        return who->pays == 0; /* pays are known by the contract before them */
    case CHANGE:
        add_change(who, own);
        return 1;
    case END:
        who->ends++;
        if (has(own, E_DAY) && (uint64_t)own->value[E_REASON] != rules->cancelled)
            who->end = own->value[E_DAY];
        return 1;
    case SCHEME:
        who->schemes++;
        who->scheme_known |= any_of((uint64_t)own->value[FIRST_SLOT], rules->scheme, 3);
        return 1;
    case PAY:
        add_pay(who, own, rules);
        return 1;
    case ACTIVITY:
        add_activity(who, own, rules);
        return 1;
    case BASE:
        return add_base(who, own, rules);
    case COMPONENT:
        add_component(who, own, rules);
        return 1;
    case CONTRIBUTION:
        add_contribution(who, own, rules);
        return 1;
    }
    return 1;
}

static int64_t greater(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

static int64_t lesser(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

static void put_declared(const struct employee *who, struct row *row)
{
    int legacy = who->c131 == 0 && who->c105 != 0;
    row->declared_131 = legacy ? who->c105 : who->c131;
    row->declared_132 = legacy ? 0 : who->c132;
    row->declared_106 = row->reduction_106 = who->c106;
    row->legacy_105 = (uint8_t)legacy;
    row->exempt_109 = who->c109;
    row->reduction_018 = who->c018;
    row->has_018 = (uint8_t)who->has_018;
    row->has_106 = (uint8_t)who->has_106;
}

/* As `Contracts.quota`; gives whether it is sure. */
static int put_quota(const struct employee *who, const struct rules *rules,
                     struct row *row)
{
    int by_days = who->unit == rules->days_contract;
    int counts = (who->modality == rules->part_time || by_days)
        && who->worked && who->reference;
    int64_t worked = who->worked + who->extra;
    int sure = !counts || (worked > 0 && who->reference > 0);
    counts &= worked < who->reference;
    row->worked = counts ? worked : UNIT;
    row->reference = counts ? who->reference : UNIT;
    row->reduced_days_contract = (uint8_t)(counts && by_days);
    return sure;
}

/* As `Contracts.days`; gives whether they are sure. */
static int put_days(const struct employee *who, struct row *row)
{
    int covered = who->covered_last != -NO_END || who->covered_first != NO_END;
    int64_t first = greater(who->start, who->first), last = lesser(who->end, who->last);
    first = greater(first, covered ? who->covered_first : who->first);
    last = lesser(last, covered ? who->covered_last : who->last);
    int64_t by_dates = greater(last - first + 1, 0) * UNIT;
    int used = who->said && !(who->days == 0 && who->paid);
    row->days = used ? who->days : by_dates;
    int64_t whole = (who->last - who->first + 1) * UNIT;
    return row->days >= 0 && row->days <= whole && (who->said || !who->elsewhere);
}

static void finish(const struct employee *who, const struct rules *rules, struct row *row)
{
    int sure = who->sure && !who->odd && who->contracts == 1 && who->ends <= 1
        && who->pays + who->bases > 0 && (!who->has_capped || who->complete)
        && greater(who->start, who->first) <= lesser(who->end, who->last);
    put_declared(who, row);
    sure &= row->declared_131 || row->declared_132 || row->declared_106
        || who->scheme_known || who->schemes == 0;
    sure &= put_quota(who, rules, row);
    sure &= put_days(who, row);
    memcpy(row->contract, who->number, sizeof row->contract);
    row->start = who->start;
    row->end = who->end;
    row->status = who->status;
    row->apprentice = (uint8_t)who->apprentice;
    row->gross = who->complete ? who->gross - who->employer : 0;
    row->capped = who->capped;
    row->smic = who->smic;
    row->sure = (uint8_t)sure;
}

static void open_employee(struct employee *who, const struct instance *own,
                          struct row *row)
{
    memset(who, 0, offsetof(struct employee, base));
    who->end = who->covered_first = NO_END;
    who->covered_last = -NO_END;
    who->sure = own->text[2] == 0;
    memcpy(row->person, own->text, sizeof row->person);
}

/* One row per employee, `stride` bytes apart, `odd` and `after`, the line after
 * its last. `first`, `last`: days of the month of each; `monthly`: whether its
 * declaration is. Gives -1 where something outside employees is in doubt, or
 * stands where it is not looked for: nothing then holds. */
int64_t miroir_facts(const struct arena *arena, const struct wanted *wanted,
                     const int64_t *first, const int64_t *last,
                     const uint8_t *monthly, int64_t stride, uint8_t *rows,
                     uint8_t *odd, int64_t *after)
{
    struct employee who;
    struct instance own;
    struct row *row = 0;
    int64_t count = 0;
    for (int64_t instance = 0; instance < arena->instances; instance++) {
        int role = wanted->role[arena->block[instance]];
        if (row && (role == EMPLOYEE || role <= PAYMENT)) {
            finish(&who, wanted->rules, row);
            odd[count - 1] = (uint8_t)who.odd;
            after[count - 1] = arena->line[instance];
            row = 0;
        }
        if (role == OUTSIDE || (role == OTHER && row))
            continue;
        read_instance(arena, instance, role, wanted, &own);
        if (role == EMPLOYEE) {
            row = (struct row *)(rows + stride * count);
            open_employee(&who, &own, row);
            who.first = first[count];
            who.last = last[count];
            who.sure &= monthly[count++];
            who.odd = !own.fine;
        } else if (role == PAYMENT) {
            if (!own.fine)
                return -1;
        } else {
            if (!row || !add(&who, role, &own, wanted->rules))
                return -1;
            who.odd |= !own.fine;
        }
    }
    if (row) {
        finish(&who, wanted->rules, row);
        odd[count - 1] = (uint8_t)who.odd;
        after[count - 1] = arena->lines;
    }
    return count;
}
