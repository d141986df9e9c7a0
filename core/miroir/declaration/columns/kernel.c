/* The columnar scanner's loops over bytes, compiled.
 *
 * `miroir_lines` finds the lines of an arena and the code of each;
 * `miroir_instances` groups them into instances of blocks; `miroir_columns`
 * types the wanted rubriques. Each says what the numpy of lines.py,
 * instances.py and values.py says, to the last value: these remain the
 * reference, and what runs where no compiler was at hand.
 *
 * No function allocates, keeps anything or knows Python. Every buffer is the
 * caller's; `text` has 64 spare bytes on both sides (arena.MARGIN).
 */

#include "values.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Raised with every change of a signature: compiled.py calls no other. */
enum { VERSION = 3 };
enum { TAB = 9, LF = 10, CR = 13, BLANK = 32, QUOTE = 39, DELETE = 127 };

int64_t miroir_version(void)
{
    return VERSION;
}

/* One bit for each of 64 bytes: a control character, tabs left out. */
static uint64_t controls(const uint8_t *text)
{
    uint64_t mask = 0;
#if defined(__SSE2__)
    const __m128i high = _mm_set1_epi8((char)0x80);
    const __m128i limit = _mm_set1_epi8((char)(BLANK ^ 0x80));
    const __m128i tab = _mm_set1_epi8(TAB), delete = _mm_set1_epi8(DELETE);
    for (int part = 0; part < 4; part++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(text + 16 * part));
        /* Flipping the high bit makes the signed comparison an unsigned one. */
        __m128i low = _mm_cmplt_epi8(_mm_xor_si128(bytes, high), limit);
        low = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), low);
        low = _mm_or_si128(low, _mm_cmpeq_epi8(bytes, delete));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(low) << (16 * part);
    }
#else
    for (int rank = 0; rank < 64; rank++) {
        uint8_t byte = text[rank];
        uint64_t found = (byte < BLANK && byte != TAB) || byte == DELETE;
        mask |= found << rank;
    }
#endif
    return mask;
}

/* What tells a code from the first sixteen bytes of its line (codes.py). */
struct codes {
    uint64_t multiplier;
    uint64_t shift;
    const uint16_t *rank;
    const uint64_t *key;
    const uint64_t *prefix;
};

/* The code of a line, 0 where the norm has none. */
static int64_t code_at(const uint8_t *line, const struct codes *codes)
{
    uint64_t key = word_at(line + 8);
    uint16_t code = codes->rank[(key * codes->multiplier) >> codes->shift];
    if (codes->key[code] != key || codes->prefix[code] != word_at(line))
        return 0;
    return code;
}

/* Lines from `first` to `used`, where a line ends. Gives how many there are, or
 * -1 when there is no `room` for them; `start`, `length` (its end left out),
 * `code` and `sound` of each. `unsound` counts the lines that are not. */
int64_t miroir_lines(const uint8_t *text, int64_t first, int64_t used,
                     const struct codes *codes, int64_t least, int64_t most,
                     int64_t room, int64_t *start, int64_t *length, int64_t *code,
                     uint8_t *sound, int64_t *unsound)
{
    int64_t count = 0, begun = first, bad = 0;
    int strange = 0;
    for (int64_t at = first; at < used; at += 64) {
        uint64_t mask = controls(text + at);
        if (used - at < 64)
            mask &= (UINT64_C(1) << (used - at)) - 1;
        for (; mask; mask &= mask - 1) {
            int64_t place = at + __builtin_ctzll(mask);
            if (text[place] != LF) {
                strange |= text[place] != CR || text[place + 1] != LF;
                continue;
            }
            if (count == room)
                return -1;
            int64_t end = place - (text[place - 1] == CR);
            int64_t size = end - begun, found = code_at(text + begun, codes);
            int fine = found && !strange && text[end - 1] == QUOTE
                && size >= least && size <= most;
            start[count] = begun;
            length[count] = size;
            code[count] = fine ? found : 0;
            sound[count] = (uint8_t)fine;
            bad += !fine;
            count++;
            begun = place + 1;
            strange = 0;
        }
    }
    *unsound = bad;
    return count;
}

/* Instances of blocks: `line` of the first rubrique, `block`, and by block the
 * ranks of its instances (`order`, from `bounds[block]` to the next bound). A
 * part of a file always starts one. `parent`: the nearest instance before it of
 * the block that `above` names, as a rank among those; -1 where there is none.
 * `misplaced` counts those that may not come after the one before in their part:
 * `follows`, by pairs of blocks, tells. Gives how many there are. */
int64_t miroir_instances(const int64_t *code, int64_t count,
                         const uint8_t *block_of, int64_t blocks,
                         const uint8_t *above, const uint8_t *follows,
                         const int64_t *part_line, int64_t parts,
                         int64_t *line, uint8_t *block, int64_t *parent,
                         int64_t *order, int64_t *bounds, int64_t *misplaced)
{
    int64_t found = 0, part = 0, before = 0, wrong = 0;
    uint8_t open = 0;
    int64_t place[256] = {0};
    for (int64_t rank = 0; rank < count; rank++) {
        uint8_t own = block_of[code[rank]];
        int starts = part < parts && part_line[part] == rank;
        part += starts;
        if (starts || rank == 0 || own != open || code[rank] <= before) {
            line[found] = rank;
            block[found] = own;
            parent[found] = place[above[own]] - 1;
            wrong += found && !starts && !follows[open * blocks + own];
            place[own]++;
            found++;
        }
        open = own;
        before = code[rank];
    }
    *misplaced = wrong;
    bounds[0] = 0;
    for (int64_t each = 0; each < blocks; each++) {
        bounds[each + 1] = bounds[each] + place[each];
        place[each] = bounds[each];
    }
    for (int64_t rank = 0; rank < found; rank++)
        order[place[block[rank]]++] = rank;
    return found;
}

/* What is wanted: of which `block`s (the others are passed over), `rank` by code
 * (0: not wanted), `kind` and first row of each rank in the columns (`base`); texts
 * have columns of their own. */
struct plan {
    const uint8_t *block;
    const uint8_t *rank;
    const uint8_t *kind;
    const int64_t *base;
    const int64_t *text_base;
};

/* Dense columns, one row per instance of the block of each rank: `values` or
 * `texts`, `present`, `at` (a line), `sound`; zeros come in, -1 for `at`.
 * `filled` and `doubtful` count rows by rank. */
struct columns {
    uint64_t *values;
    uint64_t *texts;
    uint8_t *present;
    int64_t *at;
    uint8_t *sound;
    int64_t *filled;
    int64_t *doubtful;
};

void miroir_columns(const uint8_t *text, const int64_t *start,
                    const int64_t *length, const int64_t *code, int64_t count,
                    const int64_t *instance_line, const uint8_t *block,
                    int64_t instances, const struct plan *plan,
                    const struct months *months, const struct columns *out)
{
    int64_t next[256] = {0};
    for (int64_t instance = 0; instance < instances; instance++) {
        if (!plan->block[block[instance]])
            continue;
        int64_t row = next[block[instance]]++;
        int64_t end = instance + 1 < instances ? instance_line[instance + 1] : count;
        for (int64_t line = instance_line[instance]; line < end; line++) {
            uint8_t rank = plan->rank[code[line]];
            if (!rank)
                continue;
            const uint8_t *from = text + start[line] + VALUE;
            int64_t size = length[line] - (VALUE + 1);
            int64_t place = plan->base[rank] + row;
            int fine = 1;
            if (plan->kind[rank] == TEXT) {
                uint64_t *words = out->texts + (plan->text_base[rank] + row) * TEXT_WORDS;
                text_value(from, size, words, &fine);
            } else {
                out->values[place] = value(plan->kind[rank], from, size, months, &fine);
            }
            out->present[place] = 1;
            out->at[place] = line;
            out->sound[place] = (uint8_t)fine;
            out->filled[rank]++;
            out->doubtful[rank] += !fine;
        }
    }
}
