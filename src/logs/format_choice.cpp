#include "logs/format_choice.h"

#include <array>
#include <string>
#include <vector>

#include "core/text.h"

namespace weir::logs {
Result<FormatChoice> parse_format(std::string_view name) {
  if (name.find_first_of("$%") != std::string_view::npos) {
    WEIR_TRY_ASSIGN(AccessPattern pattern, AccessPattern::compile(name));
    FormatChoice choice(Format::kAccess);
    choice.pattern = std::make_shared<const AccessPattern>(std::move(pattern));
    return choice;
  }
  struct Name {
    std::string_view text;
    Format format;
  };
  constexpr std::array<Name, 18> kNames = {{{"auto", Format::kAuto},
                                            {"access", Format::kAccess},
                                            {"syslog", Format::kSyslog},
                                            {"json", Format::kJson},
                                            {"logfmt", Format::kLogfmt},
                                            {"glog", Format::kGlog},
                                            {"cri", Format::kCri},
                                            {"text", Format::kText},
                                            {"apache", Format::kAccess},
                                            {"nginx", Format::kAccess},
                                            {"combined", Format::kAccess},
                                            {"common", Format::kAccess},
                                            {"klog", Format::kGlog},
                                            {"kubernetes", Format::kCri},
                                            {"log4j", Format::kText},
                                            {"logback", Format::kText},
                                            {"python", Format::kText},
                                            {"plain", Format::kText}}};
  std::vector<std::string> candidates;
  for (const Name& known : kNames) {
    if (known.text == name) {
      return FormatChoice(known.format);
    }
    candidates.emplace_back(known.text);
  }
  return fail(ErrorCode::kInvalid,
              "unknown log format" + did_you_mean(name, candidates) + "; known are " + join(candidates, ", ") + ", and format strings of nginx and Apache",
              name);
}
}  // namespace weir::logs
