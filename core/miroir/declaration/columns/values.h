/* Values of lines, typed: what values.py says, one value at a time.
 *
 * `*fine` is 0 where the text is not plainly of the kind. */

#ifndef MIROIR_VALUES_H
#define MIROIR_VALUES_H

#include <stdint.h>
#include <string.h>

enum { VALUE = 16, TEXT_WORDS = 3, LONGEST_AMOUNT = 13, LONGEST_COUNT = 16 };
enum { CENTS, QUANTITY, DAY, CODE, TEXT, COUNT };

static uint64_t word_at(const uint8_t *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

/* `count` digits as a number; 0 in `*fine` where one is none. */
static uint64_t digits(const uint8_t *text, int64_t count, int *fine)
{
    uint64_t number = 0;
    for (int64_t rank = 0; rank < count; rank++) {
        uint8_t digit = text[rank] - '0';
        *fine &= digit <= 9;
        number = number * 10 + digit;
    }
    return number;
}

static uint64_t signed_as(uint64_t number, int negative)
{
    return negative ? 0 - number : number;
}

/* Eight bytes, zeros taken off, as digits: the first one in the lowest byte. */
static uint64_t eight_digits(uint64_t word, int *fine)
{
    uint64_t above = word + UINT64_C(0x0606060606060606);
    *fine &= ((word | above) & UINT64_C(0xF0F0F0F0F0F0F0F0)) == 0;
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    return (word * 10000 + (word >> 32)) & UINT64_C(0xFFFFFFFF);
}

/* «-1234.56», exactly two decimals; up to «12345.67» all bytes at once. */
static uint64_t cents(const uint8_t *text, int64_t length, int *fine)
{
    int negative = text[0] == '-';
    int64_t own = length - negative, whole = own - 3;
    if (whole < 1 || whole > LONGEST_AMOUNT || text[length - 3] != '.') {
        *fine = 0;
        return 0;
    }
    if (own <= 8) {
        /* «00000.00», but for what stands before the amount. */
        uint64_t word = word_at(text + length - 8) ^ UINT64_C(0x30302E3030303030);
        word = word >> 8 * (8 - own) << 8 * (8 - own);
        uint64_t number = eight_digits(word, fine);
        return signed_as(number - number / 1000 * 900, negative);
    }
    uint64_t number = digits(text + negative, whole, fine) * 100;
    number += digits(text + length - 2, 2, fine);
    return signed_as(number, negative);
}

static uint64_t counted(const uint8_t *text, int64_t length, int *fine)
{
    if (length < 1 || length > LONGEST_COUNT) {
        *fine = 0;
        return 0;
    }
    return digits(text, length, fine);
}

/* A number with a sign or with other decimals than two, in ten-thousandths. */
static uint64_t decimals(const uint8_t *text, int64_t length, int *fine)
{
    int negative = text[0] == '-';
    const uint8_t *at = text + negative, *end = text + length;
    const uint8_t *point = memchr(at, '.', (size_t)(end - at));
    int64_t whole = (point ? point : end) - at;
    int64_t rest = point ? end - point - 1 : 0;
    *fine = length <= 8 * TEXT_WORDS && whole >= 1 && (!point || rest >= 1);
    uint64_t number = 0;
    for (int64_t rank = 0; *fine && rank < whole; rank++) {
        number = number * 10 + digits(at + rank, 1, fine);
        *fine &= number < UINT64_C(100000000);
    }
    for (int64_t rank = 0; *fine && (rank < 4 || rank < rest); rank++) {
        uint64_t digit = rank < rest ? digits(point + 1 + rank, 1, fine) : 0;
        if (rank < 4)
            number = number * 10 + digit;
        else
            *fine &= digit == 0;
    }
    return signed_as(number, negative);
}

static uint64_t quantity(const uint8_t *text, int64_t length, int *fine)
{
    int two = 1, none = 1;
    uint64_t number = cents(text, length, &two) * 100;
    if (two)
        return number;
    number = counted(text, length, &none) * 10000;
    return none ? number : decimals(text, length, fine);
}

/* The first day and the length of each month that may be written. */
struct months {
    int64_t first_year;
    int64_t count;
    const int64_t *first;
    const uint64_t *length;
};

/* JJMMAAAA as days since 1970-01-01. */
static uint64_t day(const uint8_t *text, int64_t length,
                    const struct months *months, int *fine)
{
    *fine = length == 8;
    int64_t own = (int64_t)digits(text, 2, fine);
    int64_t month = (int64_t)digits(text + 2, 2, fine) - 1;
    int64_t year = (int64_t)digits(text + 4, 4, fine) - months->first_year;
    int64_t rank = year * 12 + month;
    if (!*fine || month < 0 || month > 11 || rank < 0 || rank >= months->count
        || own < 1 || own > (int64_t)months->length[rank]) {
        *fine = 0;
        return 0;
    }
    return (uint64_t)(months->first[rank] + own - 1);
}

/* The first bytes of a text as one word, zeros after it. */
static uint64_t packed(const uint8_t *text, int64_t length)
{
    if (length <= 0)
        return 0;
    uint64_t word = word_at(text);
    return length >= 8 ? word : word & ((UINT64_C(1) << (8 * length)) - 1);
}

static uint64_t value(uint8_t kind, const uint8_t *text, int64_t length,
                      const struct months *months, int *fine)
{
    switch (kind) {
    case CENTS:
        return cents(text, length, fine);
    case QUANTITY:
        return quantity(text, length, fine);
    case DAY:
        return day(text, length, months, fine);
    case COUNT:
        return counted(text, length, fine);
    default:
        *fine = length <= 8;
        return packed(text, length);
    }
}

/* Up to 24 bytes in three words. */
static void text_value(const uint8_t *text, int64_t length, uint64_t *words, int *fine)
{
    for (int64_t word = 0; word < TEXT_WORDS; word++)
        words[word] = packed(text + 8 * word, length - 8 * word);
    *fine = length <= 8 * TEXT_WORDS;
}

#endif
