#include "report/html.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weir::report {
namespace {
TEST(EscapeHtml, LeavesNothingThatEndsAnElementOrAnAttribute) {
  EXPECT_EQ(escape_html("<b a=\"x\" c='y'>&</b>"), "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;&lt;/b&gt;");
}

TEST(EscapeHtml, KeepsOtherScripts) {
  EXPECT_EQ(escape_html("매출 – Größe 📈"), "매출 – Größe 📈");
}

TEST(EscapeHtml, ReplacesBrokenBytesAndControlCharacters) {
  EXPECT_EQ(escape_html(std::string("a\0b\x1B"
                                    "c\xFF"
                                    "d\xC3",
                                    8)),
            "a\uFFFDb\uFFFDc\uFFFDd\uFFFD");
}

TEST(ScriptJson, CannotEndTheScriptThatItStandsIn) {
  const std::string text = script_json(Json{{"</script><!--", "<script>&amp;"}});
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos);
  EXPECT_EQ(Json::parse(text), (Json{{"</script><!--", "<script>&amp;"}}));
}

TEST(ScriptJson, ReplacesBrokenBytes) {
  EXPECT_EQ(script_json(Json("a\xFF")), "\"a\uFFFD\"");
}
}  // namespace
}  // namespace weir::report
