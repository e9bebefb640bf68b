# cmake -D COMPILER=… -D FILE=… -D INCLUDE=… -P check.cmake
# Passes when the compiler refuses FILE with the message that its first line names; or takes it, when it names none.
file(STRINGS ${FILE} first LIMIT_COUNT 1)
execute_process(COMMAND ${COMPILER} -std=c++23 -fsyntax-only -I${INCLUDE} ${FILE} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(first MATCHES "^// expects: (.*)$")
  string(REPLACE "\\;" ";" expected "${CMAKE_MATCH_1}")  # file(STRINGS) escapes them
  string(FIND "${said}" "${expected}" place)
  if(NOT failed)
    message(FATAL_ERROR "${FILE} compiles, but must not")
  elseif(place EQUAL -1)
    message(FATAL_ERROR "the compiler does not say: ${expected}\nbut:\n${said}")
  endif()
elseif(failed)
  message(FATAL_ERROR "${FILE} must compile:\n${said}")
endif()
