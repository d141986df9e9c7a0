/* The row that the blocks of an employee make: what bases.py and contracts.py say
 * of them as columns. */

#ifndef MIROIR_ROW_H
#define MIROIR_ROW_H

#include "employee.h"

/* A record of rows.py, from `person` on; `odd` and `last` are apart. */
struct __attribute__((packed)) row {
    uint64_t person[2], contract[3];
    int64_t start, end, status, days, worked, reference;
    uint8_t reduced_days_contract, apprentice;
    int64_t gross, cadre_gross, capped, declared_131, declared_132, declared_106;
    uint8_t legacy_105;
    int64_t exempt_109, reduction_018;
    uint8_t has_018;
    int64_t reduction_106;
    uint8_t has_106;
    int64_t smic, line, offset, length;
    uint8_t sure;
};

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

static int is_none(int64_t status, const struct rules *rules)
{
    return status == status_of(rules->no_category[0])
        || status == status_of(rules->no_category[1]);
}

/* As `facts._cadre_part`: of a month begun under one status and ended under another,
 * the part of the pay as cadre, by the dates of its bases or by days. */
static int64_t cadre_part(const struct employee *who, int was, int64_t gross,
                          const struct rules *rules)
{
    int64_t start = greater(who->start, who->first), end = lesser(who->end, who->last);
    int64_t first = was ? start : who->since, last = was ? who->since - 1 : end;
    int64_t paid = 0, part = 0;
    for (int64_t rank = 0; rank < who->bases; rank++) {
        const struct base *base = &who->base[rank];
        if ((uint64_t)base->code != rules->uncapped || !base->amount)
            continue;
        paid++;
        part += base->start >= first && base->start <= last ? base->amount : 0;
    }
    if (paid > 1)
        return part;
    int64_t days = end - start + 1, product = gross * (last - first + 1);
    return product / days - (product % days < 0);
}

/* Gives whether it is sure. */
static int put_cadre(const struct employee *who, const struct rules *rules,
                     struct row *row)
{
    int64_t cadre = status_of(rules->cadre);
    int is = row->status == cadre || is_none(row->status, rules);
    row->cadre_gross = is ? row->gross : 0;
    if (!who->changed)
        return 1;
    int sure = !is_none(row->status, rules) && !is_none(who->status_before, rules)
        && who->changed == 1 && row->gross
        && who->since > greater(who->start, who->first)
        && who->since <= lesser(who->end, who->last);
    int was = who->status_before == cadre;
    if (sure && (row->status == cadre) != was)
        row->cadre_gross = cadre_part(who, was, row->gross, rules);
    return sure;
}

static void finish(const struct employee *who, const struct rules *rules, struct row *row)
{
    int sure = who->sure && !who->odd && who->contracts == 1 && who->ends <= 1
        && who->speaks && (!who->has_capped || who->complete)
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
    sure &= put_cadre(who, rules, row);
    row->capped = who->capped;
    row->smic = who->smic;
    row->sure = (uint8_t)sure;
}

#endif
