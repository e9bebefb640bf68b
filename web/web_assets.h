#pragma once

#include <string_view>

/// The browser code of the pages, built from this folder and linked into the program.
namespace weir::web {
/// The script of a report page (UTF-8 JavaScript, one IIFE, no imports); never contains "</script".
std::string_view report_js();
/// The style sheet of a report page; never contains "</style".
std::string_view report_css();
/// What a Content-Security-Policy allows `report_js()` by: "sha256-" and the hash in base64.
std::string_view report_js_csp_hash();
}  // namespace weir::web
