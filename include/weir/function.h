/* Functions of your own for weir's SQL, in a shared library: plain C, no dependency, one header.
 *
 *   weir.yml                          your library
 *     functions:                        weir_functions() -> WeirFunctionList
 *       - name: great_circle              abi_version, functions_count, functions -> WeirFunction …
 *         library: functions/geo.so
 *
 * A call gets one batch of rows as an Arrow struct array (https://arrow.apache.org/docs/format/CDataInterface.html) with
 * one child for each argument, and gives back one Arrow array with as many values:
 *
 *   batch: length 3, children [ g: 37.5 48.1 NULL ] [ g: 127.0 11.6 2.3 ]   ->   result: g: 0.97 1.45 NULL
 *
 * In C++ include <weir/function.hpp> instead, which makes a WeirFunction of a plain function.
 */
#ifndef WEIR_FUNCTION_H
#define WEIR_FUNCTION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
#endif

/* Changes when one of the structs below does; weir refuses a library of another version. */
#define WEIR_FUNCTION_ABI 1

/* The function wants to see null arguments. Without it, a row with a null argument gives null, whatever the function
 * writes there; the argument's value is then arbitrary. */
#define WEIR_FUNCTION_SEES_NULLS 1u
/* Equal arguments may give different results (random numbers, the time), so calls with constants are not folded into one. */
#define WEIR_FUNCTION_VOLATILE 2u

/* Types are Arrow format strings: "b" boolean, "c" "s" "i" "l" signed and "C" "S" "I" "L" unsigned integers of 8, 16, 32 and
 * 64 bits, "f" float, "g" double, "u" text (UTF-8), "z" bytes, "tdD" date (days), "ttu" time, "tsu:" timestamp,
 * "tsu:UTC" timestamp with time zone (all in microseconds). */
struct WeirFunction {
  const char* name;                    /* what SQL calls it, unless weir.yml names it otherwise */
  const char* const* argument_formats; /* arguments_count of them */
  int32_t arguments_count;
  uint32_t flags;
  const char* return_format;
  /* Computes one batch. Called from several threads at once; must not throw.
   * `batch` is borrowed: read it during the call, do not release it. Offsets are 0. A child without nulls may have no
   * validity buffer.
   * `result` is for the callee to fill: `batch->length` values, offset 0, with a `release` that frees it.
   * Returns 0, or else writes a text that ends with \0 into `error` (of `error_size` bytes): the statement fails with it. */
  int (*call)(const struct WeirFunction* function, const struct ArrowArray* batch, struct ArrowArray* result, char* error,
              size_t error_size);
  void* private_data; /* the library's own */
};

struct WeirFunctionList {
  uint32_t abi_version; /* WEIR_FUNCTION_ABI */
  uint32_t functions_count;
  const struct WeirFunction* functions;
};

/* What a library exports. The list stays valid as long as the process runs; the library is never unloaded. */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const struct WeirFunctionList* weir_functions(void);

#ifdef __cplusplus
}
#endif
#endif
