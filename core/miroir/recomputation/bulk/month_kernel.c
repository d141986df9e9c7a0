/* Sums, bases and contributions of a month, row after row in one pass: what
 * tranches.py and contributions.py say by columns. Those remain the reference,
 * and what runs where no compiler was at hand.
 *
 * Amounts are cents, rates millionths from zero to one million. No function
 * allocates or keeps anything. Amounts wrap as those of numpy do (-fwrapv). */

#include <stdint.h>

enum { CADRE = 1, MILLION = 1000000 };

/* Of both shares; `step`: 0 where one rate holds for all, else 1. */
struct rate {
    const int64_t *employer, *employee;
    int64_t step;
};

struct tariffs {
    struct rate t1, t2, ceg_t1, ceg_t2, cet, apec;
    int64_t t2_ceilings, apec_ceilings;
    int64_t no_category[2];
};

struct sums {
    int64_t *gross, *ceiling, *cadre_gross, *cadre_ceiling, *smic;
    uint8_t *option;
};

/* A row of each array is an employee. `tariff`: the row of its rates. */
struct month {
    int64_t count;
    const int64_t *gross, *cadre_gross, *status, *declared_132;
    const int64_t *ceiling, *smic;
    const uint8_t *option;
    const int64_t *tariff;
    struct sums before, after;
    int64_t *t1, *t2, *cet, *apec, *due_131, *due_132;
};

static int64_t lesser(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

static uint64_t size_of(int64_t amount)
{
    return amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
}

static uint64_t widest_of(uint64_t widest, int64_t amount)
{
    uint64_t size = size_of(amount);
    return size > widest ? size : widest;
}

/* Half-up, halves away from zero, as half_up.py. */
static int64_t share(int64_t base, int64_t rate)
{
    int64_t cents = (int64_t)((size_of(base) * (uint64_t)rate + MILLION / 2) / MILLION);
    return base < 0 ? -cents : cents;
}

static int64_t shares(int64_t base, const struct rate *rate, int64_t row)
{
    row *= rate->step;
    return share(base, rate->employer[row]) + share(base, rate->employee[row]);
}

/* Cumulated T2, and base of CET: all pay up to 8 ceilings, once above one. */
static void above(int64_t gross, int64_t ceiling, const struct tariffs *tariffs,
                  int64_t *t2, int64_t *cet)
{
    int64_t most = lesser(gross, tariffs->t2_ceilings * ceiling);
    *t2 = most > ceiling ? most - ceiling : 0;
    *cet = gross > ceiling ? most : 0;
}

/* The ceiling of a cadre, in proportion to the pay as one; rounded down. */
static int64_t cadre_share(int64_t ceiling, int64_t cadre_gross, int64_t gross)
{
    if (cadre_gross == gross)
        return ceiling;
    if (gross <= 0)
        return 0;
    int64_t product = ceiling * cadre_gross, share = product / gross;
    return share - (product % gross < 0);
}

/* Gives the base of Apec of the month, the sums of cadres moved. */
static int64_t add_cadre(const struct month *month, const struct tariffs *tariffs,
                         int64_t row)
{
    int64_t gross = month->before.cadre_gross[row];
    int64_t ceiling = month->before.cadre_ceiling[row];
    int64_t old = lesser(gross, tariffs->apec_ceilings * ceiling);
    gross += month->cadre_gross[row];
    ceiling += cadre_share(month->ceiling[row], month->cadre_gross[row],
                           month->gross[row]);
    month->after.cadre_gross[row] = gross;
    month->after.cadre_ceiling[row] = ceiling;
    return lesser(gross, tariffs->apec_ceilings * ceiling) - old;
}

/* Apec of cadres; without a category, due where it is nearer to 132. */
static int64_t apec_due(const struct month *month, const struct tariffs *tariffs,
                        int64_t row, int unknown)
{
    int64_t due = shares(month->apec[row], &tariffs->apec, 0);
    int64_t declared = month->declared_132[row];
    return !unknown || size_of(declared - due) < size_of(declared) ? due : 0;
}

static void add(const struct month *month, const struct tariffs *tariffs, int64_t row)
{
    int64_t gross = month->before.gross[row], ceiling = month->before.ceiling[row];
    int64_t new_gross = gross + month->gross[row];
    int64_t new_ceiling = ceiling + month->ceiling[row];
    month->after.gross[row] = new_gross;
    month->after.ceiling[row] = new_ceiling;
    month->after.smic[row] = month->before.smic[row] + month->smic[row];
    month->after.option[row] = month->before.option[row] | month->option[row];
    int64_t tariff = month->tariff[row];
    int64_t t1 = lesser(new_gross, new_ceiling) - lesser(gross, ceiling);
    int64_t due = shares(t1, &tariffs->t1, tariff) + shares(t1, &tariffs->ceg_t1, 0);
    int64_t t2 = 0, cet = 0;
    if (new_gross > new_ceiling || gross > ceiling) {
        int64_t old_t2, old_cet;
        above(gross, ceiling, tariffs, &old_t2, &old_cet);
        above(new_gross, new_ceiling, tariffs, &t2, &cet);
        t2 -= old_t2;
        cet -= old_cet;
        due += shares(t2, &tariffs->t2, tariff) + shares(t2, &tariffs->ceg_t2, 0)
            + shares(cet, &tariffs->cet, 0);
    }
    month->t1[row] = t1;
    month->t2[row] = t2;
    month->cet[row] = cet;
    month->due_131[row] = due;
}

/* Every row. Gives the largest base met, in absolute value: from 10^12 on, the
 * limit of half_up.py, nothing that was written holds. */
uint64_t miroir_month(const struct month *month, const struct tariffs *tariffs)
{
    uint64_t widest = 0;
    for (int64_t row = 0; row < month->count; row++) {
        int64_t status = month->status[row];
        int unknown = status == tariffs->no_category[0]
            || status == tariffs->no_category[1];
        int cadre = status == CADRE || (month->cadre_gross[row] && !unknown);
        add(month, tariffs, row);
        if (cadre || unknown || month->gross[row] == 0) {
            month->apec[row] = add_cadre(month, tariffs, row);
            month->due_132[row] =
                cadre || unknown ? apec_due(month, tariffs, row, unknown) : 0;
        } else {
            month->after.cadre_gross[row] = month->before.cadre_gross[row];
            month->after.cadre_ceiling[row] = month->before.cadre_ceiling[row];
            month->apec[row] = month->due_132[row] = 0;
        }
        widest = widest_of(widest, month->t1[row]);
        widest = widest_of(widest, month->t2[row]);
        widest = widest_of(widest, month->cet[row]);
        widest = widest_of(widest, month->apec[row]);
    }
    return widest;
}
