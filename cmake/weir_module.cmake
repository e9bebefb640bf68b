# weir_module(<name> [DEPS <module>...] [LIBS <library>...])
#
# Makes the folder <name> the module weir_<name>: every .cpp in it and below, except for
#   *_test.cpp   one GoogleTest program weir_<name>_test, each of its tests known to ctest
#   *_bench.cpp  one Google Benchmark program weir_<name>_bench
#   *_fuzz.cpp   with WEIR_FUZZ, one libFuzzer program per file
# DEPS are weir modules and must stand earlier in src/CMakeLists.txt: the file is the map of layers.
# LIBS are libraries; they are linked privately, so a public header cannot lean on them by accident
# (name them after PUBLIC_LIBS when a public header must include them).
function(weir_module name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS;PUBLIC_LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  set(tests ${sources})
  set(benches ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")

  if(NOT sources)
    return()
  endif()
  add_library(weir_${name} STATIC ${sources})
  add_library(weir::${name} ALIAS weir_${name})
  target_include_directories(weir_${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src>)
  foreach(dep ${ARG_DEPS})
    if(NOT TARGET weir_${dep})
      message(WARNING "module ${name} needs ${dep}, which does not stand earlier in src/CMakeLists.txt")
      continue()
    endif()
    target_link_libraries(weir_${name} PUBLIC weir_${dep})
  endforeach()
  target_link_libraries(weir_${name} PRIVATE ${ARG_LIBS} PUBLIC ${ARG_PUBLIC_LIBS})

  if(BUILD_TESTING AND tests AND NOT WEIR_FUZZ)
    add_executable(weir_${name}_test ${tests})
    target_link_libraries(weir_${name}_test PRIVATE weir_${name} ${ARG_LIBS} GTest::gmock_main)
    gtest_discover_tests(weir_${name}_test TEST_PREFIX "${name}/" DISCOVERY_TIMEOUT 60
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} PROPERTIES TIMEOUT 600)
  endif()
  if(benches AND NOT WEIR_FUZZ)
    add_executable(weir_${name}_bench EXCLUDE_FROM_ALL ${benches})
    target_link_libraries(weir_${name}_bench PRIVATE weir_${name} benchmark::benchmark_main)
  endif()
  if(WEIR_FUZZ)
    foreach(file ${fuzzers})
      get_filename_component(program ${file} NAME_WE)
      add_executable(${program} ${file})
      target_link_libraries(${program} PRIVATE weir_${name})
      target_link_options(${program} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()

# weir_embed_text(<target> <file> <name>)
# Makes the text of <file> the constant `extern const std::string_view <name>` of namespace weir.
function(weir_embed_text target file name)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D INPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file} -D OUTPUT=${output} -D NAME=${name} -P ${CMAKE_SOURCE_DIR}/cmake/embed_text.cmake
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${CMAKE_SOURCE_DIR}/cmake/embed_text.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
