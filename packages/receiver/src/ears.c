/*
 * Hears the keys of a telephone in G.711, as DtmfDetector and KeyWatch do in JavaScript, unit for unit and to the same
 * answer: all that is added up are whole numbers, and tones are reckoned in the same order. What one stream was heard to
 * say is kept in an array of JavaScript's, which is checked before it is believed.
 */
#include <math.h>
#include <string.h>

#include "values.h"

#define TONES 8
#define PAIRS_MAX 128
#define UNITS_MAX 64
#define NO_KEY (-1)

/* In the array of measures, the same for all streams of a rate. */
enum { PAIRS, WEIGHTS, GAINS = WEIGHTS + TONES, POWER_MIN = GAINS + TONES, SLOPE_MIN, SLOPE_MAX, SHARE_MIN,
       EDGE_SHARE_MIN, TONE_SHARE_MIN, TWIST_MAX, MISSED_BLOCKS, EDGE_BLOCKS, MEASURES };

/* What is known of one stream; doubles all of them, because that is what its array holds. */
typedef struct {
  double position, filled, sum_squares, difference_squares, has_odd, odd, key1, key2, is_key_down, miss_count, edge_blocks;
  double unit_count;
  double ends[UNITS_MAX];
  double block[PAIRS_MAX];
  double last_block[PAIRS_MAX];
} Stream;
#define STREAM_DOUBLES (sizeof(Stream) / sizeof(double))

typedef struct {
  const double *measures;
  Stream *stream;
  int pairs;
  int filled;
} Ears;

static double least(double a, double b) { return a < b ? a : b; }

static double block_samples(const Ears *ears) { return 2.0 * ears->pairs; }

/* Energies of the four tones from `first` on; the same steps as in JavaScript, two tones at a time. */
static void tone_energies(const Ears *ears, const double *sums, int first, double *into) {
  typedef double Two __attribute__((vector_size(16)));
  const double *c = ears->measures + WEIGHTS + first;
  Two c01 = {c[0], c[1]}, c23 = {c[2], c[3]};
  Two a01 = {0, 0}, a23 = {0, 0}, b01 = {0, 0}, b23 = {0, 0};
  for (int at = 0; at < ears->pairs; at += 1) {
    Two sum = {sums[at], sums[at]};
    Two n01 = sum - b01 + c01 * a01;
    Two n23 = sum - b23 + c23 * a23;
    b01 = a01;
    b23 = a23;
    a01 = n01;
    a23 = n23;
  }
  double a[4] = {a01[0], a01[1], a23[0], a23[1]};
  double b[4] = {b01[0], b01[1], b23[0], b23[1]};
  double scale = 2.0 / ears->pairs;
  for (int tone = 0; tone < 4; tone += 1) {
    double gain = ears->measures[GAINS + first + tone];
    into[tone] = scale * gain * (a[tone] * a[tone] + b[tone] * b[tone] - c[tone] * a[tone] * b[tone]);
  }
}

static int largest(const double *energies) {
  int best = 0;
  for (int at = 1; at < 4; at += 1) if (energies[at] > energies[best]) best = at;
  return best;
}

static int key_in(const Ears *ears, const double *sums, double energy, double share_min) {
  const double *measures = ears->measures;
  double energies[4];
  if (energy < measures[POWER_MIN] * block_samples(ears) * share_min) return NO_KEY;
  tone_energies(ears, sums, 0, energies);
  int row = largest(energies);
  double low = energies[row];
  if (low < measures[TONE_SHARE_MIN] * energy) return NO_KEY;
  tone_energies(ears, sums, 4, energies);
  int column = largest(energies);
  double high = energies[column];
  if (low + high < share_min * energy) return NO_KEY;
  bool is_balanced = high < measures[TWIST_MAX] * low && low < measures[TWIST_MAX] * high;
  return is_balanced ? row * 4 + column : NO_KEY;
}

static bool may_hold_key(const Ears *ears, double energy) {
  const double *measures = ears->measures;
  if (energy < measures[POWER_MIN] * block_samples(ears)) return false;
  double slope = 2 * ears->stream->difference_squares;
  return slope > measures[SLOPE_MIN] * energy && slope < measures[SLOPE_MAX] * energy;
}

/* The position from which on a key is heard; infinity when none is. */
static double heard(Ears *ears, double key, double start) {
  Stream *stream = ears->stream;
  if (stream->is_key_down != 0) {
    stream->miss_count = key == NO_KEY ? stream->miss_count + 1 : 0;
    if (stream->miss_count >= ears->measures[MISSED_BLOCKS]) stream->is_key_down = 0;
    return start;
  }
  if (key == NO_KEY) return INFINITY;
  bool is_second = key == stream->key1;
  bool is_third = key == stream->key2;
  if (!is_second && !is_third && stream->edge_blocks == 0) return INFINITY;
  stream->is_key_down = 1;
  stream->miss_count = 0;
  return start - (is_third ? 3 : is_second ? 2 : 1) * block_samples(ears);
}

static double close_block(Ears *ears) {
  Stream *stream = ears->stream;
  double energy = (stream->sum_squares + stream->difference_squares) / 2;
  double share_min = ears->measures[SHARE_MIN];
  int key = may_hold_key(ears, energy) ? key_in(ears, stream->block, energy, share_min) : NO_KEY;
  memcpy(stream->last_block, stream->block, sizeof(double) * (size_t)ears->pairs);
  ears->filled = 0;
  stream->sum_squares = 0;
  stream->difference_squares = 0;
  double from = heard(ears, key, stream->position - block_samples(ears));
  stream->key2 = stream->key1;
  stream->key1 = key;
  if (stream->edge_blocks > 0) stream->edge_blocks -= 1;
  return from;
}

/* Adds pairs of samples to the block, which has room for them. */
static void fill(Ears *ears, const uint8_t *codes, int pairs, const int32_t *table) {
  Stream *stream = ears->stream;
  double *block = stream->block + ears->filled;
  int64_t sums = 0;
  int64_t differences = 0;
  for (int pair = 0; pair < pairs; pair += 1) {
    int64_t first = table[codes[2 * pair]];
    int64_t second = table[codes[2 * pair + 1]];
    int64_t sum = first + second;
    int64_t difference = first - second;
    block[pair] = (double)sum;
    sums += sum * sum;
    differences += difference * difference;
  }
  stream->position += 2.0 * pairs;
  stream->sum_squares += (double)sums;
  stream->difference_squares += (double)differences;
  ears->filled += pairs;
}

static double take(Ears *ears, const uint8_t *codes, size_t count, const int32_t *table) {
  Stream *stream = ears->stream;
  double from = INFINITY;
  size_t at = 0;
  if (stream->has_odd != 0 && at < count) {
    /* Their sum and difference are those of the sample that waited and the one that came. */
    const int32_t pair[2] = {(int32_t)stream->odd, table[codes[0]]};
    const uint8_t places[2] = {0, 1};
    fill(ears, places, 1, pair);
    stream->has_odd = 0;
    if (ears->filled == ears->pairs) from = least(from, close_block(ears));
    at = 1;
  }
  while (at + 1 < count) {
    int room = ears->pairs - ears->filled;
    size_t pairs = (count - at) / 2;
    if (pairs > (size_t)room) pairs = (size_t)room;
    fill(ears, codes + at, (int)pairs, table);
    if (ears->filled == ears->pairs) from = least(from, close_block(ears));
    at += 2 * pairs;
  }
  if (at < count) {
    stream->has_odd = 1;
    stream->odd = table[codes[at]];
  } else {
    stream->has_odd = 0;
  }
  return from;
}

static double decided_to(const Ears *ears) {
  const Stream *stream = ears->stream;
  int pending = stream->is_key_down != 0 ? 0 : stream->key2 != NO_KEY ? 3 : stream->key1 != NO_KEY ? 2 : 1;
  return stream->position - 2.0 * ears->filled - pending * block_samples(ears);
}

static void count_unit(Stream *stream) {
  stream->ends[(uint32_t)stream->unit_count % UNITS_MAX] = stream->position;
  stream->unit_count += 1;
  /* The ring stays where it is, and the count stays one that it can be. */
  if (stream->unit_count >= 1 << 30) stream->unit_count -= (1 << 30) - UNITS_MAX;
}

/* Units that reach beyond a position, and the one before them. */
static int units_since(const Stream *stream, double position) {
  uint32_t all = (uint32_t)stream->unit_count;
  uint32_t known = all < UNITS_MAX ? all : UNITS_MAX;
  uint32_t count = 0;
  while (count < known && stream->ends[(all - 1 - count) % UNITS_MAX] > position) count += 1;
  return (int)(count + 1 < known ? count + 1 : known);
}

/* Whether the array can be what this file wrote into it. */
static bool believe(napi_env env, const napi_value *values, Ears *ears) {
  ears->measures = array(env, values[0], napi_float64_array, MEASURES, NULL);
  ears->stream = array(env, values[1], napi_float64_array, STREAM_DOUBLES, NULL);
  if (ears->measures == NULL || ears->stream == NULL) return false;
  double pairs = ears->measures[PAIRS];
  double filled = ears->stream->filled;
  double units = ears->stream->unit_count;
  if (!(pairs >= 1 && pairs <= PAIRS_MAX && filled >= 0 && filled < pairs && units >= 0 && units < 1 << 30)) return false;
  ears->pairs = (int)pairs;
  ears->filled = (int)filled;
  return true;
}

/*
 * hear(measures, stream, table, bytes, offset, stride, length, count, silenced) -> units are to be silenced
 * Takes `count` units of `length` codes, from `offset` on every `stride` bytes, and says for each how many of the newest
 * units are to be silenced.
 */
static napi_value hear(napi_env env, napi_callback_info info) {
  napi_value values[9];
  size_t given = 9;
  Ears ears;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok || given < 9) {
    return fail(env, "ERR_INVALID_ARG_TYPE", "too few arguments");
  }
  size_t size = 0;
  uint32_t offset = 0, stride = 0, length = 0, count = 0;
  const int32_t *table = array(env, values[2], napi_int32_array, 256, NULL);
  const uint8_t *bytes = array(env, values[3], napi_uint8_array, 1, &size);
  bool is_place = whole(env, values[4], 4294967295.0, &offset) && whole(env, values[5], 4294967295.0, &stride) &&
                  whole(env, values[6], 4294967295.0, &length) && whole(env, values[7], 65536, &count) && count > 0;
  if (!believe(env, values, &ears) || table == NULL || bytes == NULL || !is_place ||
      (double)offset + (double)(count - 1) * stride + length > (double)size) {
    return fail(env, "ERR_INVALID_ARG_VALUE", "measures, a stream, a table and units are wanted");
  }
  int32_t *silenced = array(env, values[8], napi_int32_array, count, NULL);
  if (silenced == NULL) return fail(env, "ERR_INVALID_ARG_VALUE", "room for the answers is wanted");
  bool is_any = false;
  for (uint32_t unit = 0; unit < count; unit += 1) {
    double from = take(&ears, bytes + offset + (size_t)unit * stride, length, table);
    count_unit(ears.stream);
    silenced[unit] = from == INFINITY ? 0 : units_since(ears.stream, from);
    if (silenced[unit] > 0) is_any = true;
  }
  ears.stream->filled = ears.filled;
  return number_value(env, is_any ? 1 : 0);
}

static bool stream_of(napi_env env, napi_callback_info info, Ears *ears) {
  napi_value values[2];
  size_t given = 2;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) == napi_ok && given == 2 && believe(env, values, ears)) {
    return true;
  }
  fail(env, "ERR_INVALID_ARG_VALUE", "measures and a stream are wanted");
  return false;
}

/* passOver(measures, stream): a unit without sound */
static napi_value pass_over(napi_env env, napi_callback_info info) {
  Ears ears;
  if (stream_of(env, info, &ears)) count_unit(ears.stream);
  return NULL;
}

/* undecided(measures, stream) -> how many of the newest units are not judged to the end */
static napi_value undecided(napi_env env, napi_callback_info info) {
  Ears ears;
  if (!stream_of(env, info, &ears)) return NULL;
  return number_value(env, units_since(ears.stream, decided_to(&ears)));
}

/* settle(measures, stream) -> how many of the newest units are to be silenced; nothing more comes for now */
static napi_value settle(napi_env env, napi_callback_info info) {
  Ears ears;
  if (!stream_of(env, info, &ears)) return NULL;
  Stream *stream = ears.stream;
  bool has_heard = stream->is_key_down != 0 || stream->key1 != NO_KEY || stream->key2 != NO_KEY;
  if (!has_heard) {
    double window[PAIRS_MAX];
    int kept = ears.pairs - ears.filled;
    memcpy(window, stream->last_block + ears.filled, sizeof(double) * (size_t)kept);
    memcpy(window + kept, stream->block, sizeof(double) * (size_t)ears.filled);
    double energy = stream->difference_squares;
    for (int at = 0; at < ears.pairs; at += 1) energy += window[at] * window[at];
    has_heard = key_in(&ears, window, energy / 2, ears.measures[EDGE_SHARE_MIN]) != NO_KEY;
  }
  double from = least(decided_to(&ears), stream->position - 2 * block_samples(&ears));
  stream->filled = 0;
  stream->sum_squares = 0;
  stream->difference_squares = 0;
  stream->has_odd = 0;
  memset(stream->last_block, 0, sizeof(stream->last_block));
  memset(stream->block, 0, sizeof(stream->block));
  stream->key1 = NO_KEY;
  stream->key2 = NO_KEY;
  stream->is_key_down = 0;
  stream->edge_blocks = ears.measures[EDGE_BLOCKS];
  return number_value(env, has_heard ? units_since(stream, from) : 0);
}

bool add_ears(napi_env env, napi_value exports) {
  napi_value doubles = number_value(env, STREAM_DOUBLES);
  return add_door(env, exports, "hear", hear) && add_door(env, exports, "passOver", pass_over) &&
         add_door(env, exports, "undecided", undecided) && add_door(env, exports, "settle", settle) && doubles != NULL &&
         napi_set_named_property(env, exports, "streamDoubles", doubles) == napi_ok;
}
