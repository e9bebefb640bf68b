#include "quality/check_types.h"

#include <algorithm>
#include <array>

#include "quality/checks/accepted_values.h"
#include "quality/checks/between.h"
#include "quality/checks/expression.h"
#include "quality/checks/freshness.h"
#include "quality/checks/matches.h"
#include "quality/checks/not_null.h"
#include "quality/checks/relationships.h"
#include "quality/checks/row_count.h"
#include "quality/checks/sql.h"
#include "quality/checks/unique.h"

namespace weir::quality {
namespace {
constexpr std::array kTypes = {
    CheckType{"not_null", read_not_null},
    CheckType{"unique", read_unique},
    CheckType{"accepted_values", read_accepted_values},
    CheckType{"relationships", read_relationships},
    CheckType{"between", read_between},
    CheckType{"matches", read_matches},
    CheckType{"expression", read_expression},
    CheckType{"row_count", read_row_count},
    CheckType{"row_count_between", read_row_count},
    CheckType{"not_empty", read_not_empty},
    CheckType{"freshness", read_freshness},
    CheckType{"sql", read_sql},
};
}  // namespace

std::span<const CheckType> check_types() { return kTypes; }

const CheckType* find_check_type(std::string_view name) {
  const auto found = std::ranges::find(kTypes, name, &CheckType::name);
  return found == kTypes.end() ? nullptr : &*found;
}
}  // namespace weir::quality
