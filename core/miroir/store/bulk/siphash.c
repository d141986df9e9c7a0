/* SipHash-2-4 of many rows of words: what `siphash` of names.py says.
 *
 * (Aumasson and Bernstein, 2012.) */

#include <stdint.h>

static uint64_t turned(uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

static void rounds(uint64_t v[4], int count)
{
    while (count--) {
        v[0] += v[1];
        v[1] = turned(v[1], 13) ^ v[0];
        v[0] = turned(v[0], 32);
        v[2] += v[3];
        v[3] = turned(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = turned(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = turned(v[1], 17) ^ v[2];
        v[2] = turned(v[2], 32);
    }
}

static void add(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    rounds(v, 2);
    v[0] ^= word;
}

/* One number per row of `words` words of 8 bytes. */
void miroir_siphash(const uint64_t *text, int64_t rows, int64_t words, uint64_t low,
                    uint64_t high, uint64_t *out)
{
    for (int64_t row = 0; row < rows; row++) {
        uint64_t v[4] = {
            low ^ UINT64_C(0x736F6D6570736575), high ^ UINT64_C(0x646F72616E646F6D),
            low ^ UINT64_C(0x6C7967656E657261), high ^ UINT64_C(0x7465646279746573),
        };
        for (int64_t word = 0; word < words; word++)
            add(v, text[row * words + word]);
        add(v, (uint64_t)(words * 8) << 56);
        v[2] ^= 0xFF;
        rounds(v, 4);
        out[row] = v[0] ^ v[1] ^ v[2] ^ v[3];
    }
}
