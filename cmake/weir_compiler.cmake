# Language level, warnings, sanitizers and the compiler cache, the same for every target.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(WEIR_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")
option(WEIR_FUZZ "Build the *_fuzz.cpp files as libFuzzer programs" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # Relative paths let two build folders of one checkout share what they compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${CCACHE})
endif()

# Options structs are written with the members that differ from their defaults.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these for correct code inside std::string, std::variant and counted pointers at -O2 (GCC bugs 105329, 105562,
  # 104475); Debug builds and clang still have them.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-dangling-pointer)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_options(-Wno-stringop-overflow -Wno-nonnull -Wno-array-bounds)
  endif()
else()
  # libstdc++ 12's std::stable_sort uses what it deprecates itself.
  add_compile_options(-Wno-deprecated-declarations)
endif()
# -O3 takes longer to compile and gains nothing here: the hot loops are DuckDB's, or written out.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  # Line numbers are what a stack trace needs; full debug information doubles the build.
  string(REPLACE "-g" "-g1" CMAKE_CXX_FLAGS_DEBUG "${CMAKE_CXX_FLAGS_DEBUG}")
endif()

if(WEIR_SANITIZE)
  add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-nonnull)  # as in release builds
  endif()
  add_link_options(-fsanitize=${WEIR_SANITIZE})
endif()
if(WEIR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

find_program(MOLD mold)
if(MOLD AND NOT WEIR_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()
