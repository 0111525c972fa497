/* Values of JavaScript as C takes them, checked; and the doors that each file of this folder has. */
#ifndef TACET_VALUES_H
#define TACET_VALUES_H
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

/* Each adds what it exports. */
bool add_sealer(napi_env env, napi_value exports);
bool add_ears(napi_env env, napi_value exports);

static inline bool add_door(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value value = NULL;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, call, NULL, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

static inline napi_value fail(napi_env env, const char *code, const char *what) {
  bool is_pending = false;
  if (napi_is_exception_pending(env, &is_pending) == napi_ok && !is_pending) napi_throw_error(env, code, what);
  return NULL;
}

/* A whole number in [0, below). */
static inline bool whole(napi_env env, napi_value value, double below, uint32_t *into) {
  double number = -1;
  if (napi_get_value_double(env, value, &number) != napi_ok) return false;
  if (!(number >= 0) || number >= below || number != (double)(uint32_t)number) return false;
  *into = (uint32_t)number;
  return true;
}

/* Memory of a typed array of the given kind with at least `least` elements; valid during this call only. */
static inline void *array(napi_env env, napi_value value, napi_typedarray_type kind, size_t least, size_t *length) {
  napi_typedarray_type type = napi_int8_array;
  size_t count = 0;
  void *data = NULL;
  if (napi_get_typedarray_info(env, value, &type, &count, &data, NULL, NULL) != napi_ok) return NULL;
  if (type != kind || count < least) return NULL;
  if (length != NULL) *length = count;
  return data;
}

static inline napi_value number_value(napi_env env, double number) {
  napi_value value = NULL;
  if (napi_create_double(env, number, &value) != napi_ok) return fail(env, "ERR_NAPI", "no value");
  return value;
}

#endif
