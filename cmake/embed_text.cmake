# cmake -D INPUT=<file> -D OUTPUT=<file.cpp> -D NAME=<constant> -P embed_text.cmake
# A C++ string literal may be 64 KiB, which is far more than what is embedded so.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include <string_view>\n\nnamespace weir {\nextern const std::string_view ${NAME};\nconst std::string_view ${NAME} = R\"~weir~(${text})~weir~\";\n}  // namespace weir\n")
