#include "figures.h"

#include <algorithm>
#include <cstdio>

namespace weir::test {
Status Figures::ask(duck::Connection& connection, const std::string& sql) {
  WEIR_TRY_ASSIGN(const auto rows, connection.query_rows(sql));
  for (const auto& row : rows) {
    lines_.push_back(row.at(0).value_or("NULL") + "\t" + row.at(1).value_or("NULL"));
  }
  return {};
}

void Figures::print() {
  std::ranges::sort(lines_);
  for (const std::string& line : lines_) {
    std::puts(line.c_str());
  }
}

int figures_main(int argc, char** argv, Status (*compute)(duck::Connection& connection, const std::string& folder, Figures& figures)) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  const auto run = [&]() -> Status {
    WEIR_TRY_ASSIGN(const auto database, duck::Database::open());
    WEIR_TRY_ASSIGN(duck::Connection connection, database->connect());
    Figures figures;
    WEIR_TRY(compute(connection, argv[1], figures));
    figures.print();
    return {};
  };
  const Status done = run();
  if (!done) {
    std::fputs((done.error().text() + "\n").c_str(), stderr);
  }
  return done ? 0 : 3;
}
}  // namespace weir::test
