/* What the blocks of an employee say, added up block after block.
 *
 * No function allocates, keeps anything or knows Python. Amounts wrap as those
 * of numpy do (-fwrapv). */

#ifndef MIROIR_EMPLOYEE_H
#define MIROIR_EMPLOYEE_H

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
    uint64_t cadre, no_category[2];
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
    int speaks; /* pay or bases: the declaration says something of its month */
    int64_t contracts, ends, schemes, pays, bases;
    uint64_t number[TEXT_WORDS], unit, modality;
    int64_t start, end, status, worked, reference, extra;
    int apprentice, scheme_known;
    int64_t changed, since, status_before; /* changes of status within the month */
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

/* Nothing said yet of the month from `first` to `last`. */
static void open_employee(struct employee *who, int64_t first, int64_t last)
{
    memset(who, 0, offsetof(struct employee, base));
    who->first = first;
    who->last = last;
    who->end = who->covered_first = NO_END;
    who->covered_last = -NO_END;
    who->sure = 1;
}

/* A code of two digits as a number; -1 for anything else. */
static int64_t status_of(uint64_t code)
{
    uint64_t tens = (code & 255) - '0', ones = (code >> 8 & 255) - '0';
    return code >> 16 || tens > 9 || ones > 9 ? -1 : (int64_t)(tens * 10 + ones);
}

static void add_contract(struct employee *who, const struct instance *own,
                         const struct rules *rules)
{
    const int64_t *value = own->value;
    who->contracts++;
    memcpy(who->number, own->text, sizeof who->number);
    who->start = value[C_START];
    who->status = status_of((uint64_t)value[C_STATUS]);
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
    who->sure &= !identity;
    if (!computed || own->value[H_SINCE] == who->first)
        return;
    who->sure &= computed == 1; /* the status alone */
    who->changed++;
    who->since = own->value[H_SINCE];
    who->status_before = status_of((uint64_t)own->value[H_COMPUTED]);
}

static void add_pay(struct employee *who, const struct instance *own,
                    const struct rules *rules)
{
    uint64_t kind = (uint64_t)own->value[P_KIND];
    who->pays++;
    who->speaks = 1;
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
    who->speaks = 1;
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

#endif
