/* The facts of a month, employee by employee, straight from the lines: what
 * facts.py says of the blocks as columns, to the last value. That one remains
 * the reference, and what runs where no compiler was at hand, or where anything
 * in an arena is out of its place. */

#include "row.h"

/* An employee with two contracts, each with what names it. `pay`, `base`: whose
 * the last one is; `fits`: nothing came that could not be shared out. */
struct pair {
    struct employee part[2];
    int open, fits, pay, base;
};

/* Rows of employees whose second contract starts after the end of the first: two
 * for each, `owner` the rank of the employee. There is room for every one. */
struct pairs {
    uint8_t *rows;
    int64_t *owner;
    int64_t found;
};

int64_t miroir_row_bytes(void)
{
    return (int64_t)sizeof(struct row);
}

/* The second contract comes: what was said so far is of the first one. */
static void open_pair(struct pair *pair, const struct employee *who)
{
    memcpy(&pair->part[0], who, offsetof(struct employee, base));
    open_employee(&pair->part[1], who->first, who->last);
    pair->open = pair->fits = 1;
    pair->pay = pair->base = -1;
}

static int part_named(const struct pair *pair, const struct instance *own)
{
    for (int part = 0; part < 2; part++)
        if (memcmp(own->text, pair->part[part].number, sizeof own->text) == 0)
            return part;
    return -1;
}

static void add_to_pair(struct pair *pair, int role, const struct instance *own,
                        const struct rules *rules)
{
    int part = 1;
    if (role == PAY)
        part = pair->pay = part_named(pair, own);
    else if (role == ACTIVITY)
        part = pair->pay;
    else if (role == BASE)
        part = pair->base = part_named(pair, own);
    else if (role == COMPONENT || role == CONTRIBUTION)
        part = pair->base;
    if (part < 0)
        pair->fits = 0;
    else
        pair->fits &= add(&pair->part[part], role, own, rules);
}

/* Two rows, in the order of time, where one contract follows the other and all
 * of both is sure. */
static void put_pair(struct pair *pair, const struct employee *who,
                     const struct rules *rules, const struct row *row, int64_t stride,
                     int64_t rank, struct pairs *pairs)
{
    int early = pair->part[1].start < pair->part[0].start;
    struct employee *first = &pair->part[early], *second = &pair->part[!early];
    int fits = pair->fits && who->contracts == 2 && !who->odd
        && first->end < second->start
        && memcmp(first->number, second->number, sizeof first->number) != 0;
    if (!fits)
        return;
    struct row *rows[2];
    for (int part = 0; part < 2; part++) {
        struct employee *own = part ? second : first;
        rows[part] = (struct row *)(pairs->rows + stride * (2 * pairs->found + part));
        own->speaks = who->speaks;
        memcpy(rows[part]->person, row->person, sizeof row->person);
        finish(own, rules, rows[part]);
    }
    pairs->owner[pairs->found] = rank;
    pairs->found += rows[0]->sure && rows[1]->sure;
}

static void close_employee(const struct employee *who, struct pair *pair,
                           const struct rules *rules, struct row *row,
                           int64_t stride, int64_t rank, struct pairs *pairs)
{
    finish(who, rules, row);
    if (pair->open)
        put_pair(pair, who, rules, row, stride, rank, pairs);
}

/* One row per employee, `stride` bytes apart, `odd` and `after`, the line after
 * its last. `first`, `last`: days of the month of each; `monthly`: whether its
 * declaration is. Gives -1 where something outside employees is in doubt, or
 * stands where it is not looked for: nothing then holds. */
int64_t miroir_facts(const struct arena *arena, const struct wanted *wanted,
                     const int64_t *first, const int64_t *last,
                     const uint8_t *monthly, int64_t stride, uint8_t *rows,
                     uint8_t *odd, int64_t *after, struct pairs *pairs)
{
    struct employee who;
    struct pair pair;
    struct instance own;
    struct row *row = 0;
    int64_t count = 0;
    for (int64_t instance = 0; instance < arena->instances; instance++) {
        int role = wanted->role[arena->block[instance]];
        if (row && (role == EMPLOYEE || role <= PAYMENT)) {
            close_employee(&who, &pair, wanted->rules, row, stride, count - 1, pairs);
            odd[count - 1] = (uint8_t)who.odd;
            after[count - 1] = arena->line[instance];
            row = 0;
        }
        if (role == OUTSIDE || (role == OTHER && row))
            continue;
        read_instance(arena, instance, role, wanted, &own);
        if (role == EMPLOYEE) {
            row = (struct row *)(rows + stride * count);
            memcpy(row->person, own.text, sizeof row->person);
            open_employee(&who, first[count], last[count]);
            who.sure = own.text[2] == 0 && monthly[count];
            who.odd = !own.fine;
            count++;
            pair.open = 0;
        } else if (role == PAYMENT) {
            if (!own.fine)
                return -1;
        } else {
            if (!row)
                return -1;
            if (role == CONTRACT && who.contracts == 1)
                open_pair(&pair, &who);
            if (pair.open)
                add_to_pair(&pair, role, &own, wanted->rules);
            if (!add(&who, role, &own, wanted->rules))
                return -1;
            who.odd |= !own.fine;
        }
    }
    if (row) {
        close_employee(&who, &pair, wanted->rules, row, stride, count - 1, pairs);
        odd[count - 1] = (uint8_t)who.odd;
        after[count - 1] = arena->lines;
    }
    return count;
}
