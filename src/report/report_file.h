#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// A report as people write it: `reports/*.md`.
///
///   ---
///   title: Sales
///   description: Revenue and orders of the shop.
///   ---
///   ```sql monthly
///   select month, sum(revenue) as revenue from analytics.orders group by 1 order by 1
///   ```
///   The best month brought {{ value(best, 'revenue', format='eur') }}.
///
///   {{ line(monthly, x='month', y='revenue', format='eur') }}
///
/// Blocks of SQL with a name are queries and do not show. The rest is Markdown with Jinja in it.
namespace weir::report {
struct ReportQuery {
  std::string name;
  std::string sql;
  Place place;  ///< where `sql` begins; its lines follow each other in the file, all from the same column
};

/// A parsed report. A value: safe to share between threads when it does not change.
struct ReportFile {
  std::string path;  ///< as places name it: "reports/sales.md"
  std::string name;  ///< the file's name without ending: "sales"
  std::string title;
  std::string description;
  std::string language;           ///< BCP 47, as for HTML's lang: "en"
  std::vector<std::string> tags;  ///< for selecting: tag:finance
  std::vector<ReportQuery> queries;
  std::string body;  ///< Markdown and Jinja with the lines of the file: front matter and queries are empty lines
};

/// Parses a report. Front matter takes title, description, language and tags. Without a title it is the first heading
/// of the text, which then is taken out of the body, or else the file's name. Errors: kInvalid with the place, for
/// front matter that is not closed or has an unknown key, a query without a usable name, a name given twice, SQL that
/// is not closed, and Jinja that cannot be parsed.
Result<ReportFile> parse_report(std::string_view path, std::string_view text);
}  // namespace weir::report
