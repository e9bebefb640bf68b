#pragma once

#include <string>
#include <string_view>

#include "logs/moment.h"
#include "logs/record.h"

/// The fields of the formats of which every line tells by itself what it is (see line_formats.h). Each function is given
/// a line that the format's parse function takes for a record, and sets what it finds.
namespace weir::logs {
/// `line` is a line of an access log: sets all fields of requests. False, with `record` half filled, when it is none;
/// says so for the same lines as parse_access().
///
///   2001:db8::7 - anna17 [01/Jan/2024:20:15:01 +0000] "GET /a?b=c HTTP/1.1" 200 8123 "http://ref/" "Mozilla/5.0 …" 0.123
///
/// The number behind the quoted fields is the duration: seconds when it has a point (nginx's $request_time, also as
/// "rt=0.123"), else microseconds (Apache's %D).
bool read_access_fields(std::string_view line, MomentReader& moments, Record& record);

/// "<34>Oct 11 22:14:15 host program[pid]: text" and "<165>1 2003-10-11T22:14:15Z host program pid id [data] text".
void read_syslog_fields(std::string_view line, MomentReader& moments, Record& record);

/// "W0507 12:04:17.597069 1 file.go:169] text".
void read_glog_fields(std::string_view line, MomentReader& moments, Record& record);

/// Takes time, logger, thread, host, stream and message by their usual keys, at the top or within "log". Texts with escapes
/// are put into `arena`, which must have room for line.size() more bytes without moving.
void read_json_fields(std::string_view line, MomentReader& moments, std::string& arena, Record& record);
/// The same for key=value pairs.
void read_logfmt_fields(std::string_view line, MomentReader& moments, std::string& arena, Record& record);
}  // namespace weir::logs
