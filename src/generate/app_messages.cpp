#include "generate/app_messages.h"

#include <algorithm>

#include "generate/text.h"

namespace weir::generate {
namespace {
constexpr std::array<std::string_view, kLevelsCount> kLevelNames{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

// {o} order, {c} customer, {p} product, {n} a small number, {m} milliseconds, {b} bytes, {h} host, {t} topic partition,
// {x} hex digits. The likelier messages of a level come first.
struct Template {
  Level level;
  std::string_view logger;
  std::string_view text;
};
constexpr std::array kTemplates{
    Template{Level::kTrace, "com.shop.web.RequestFilter", "--> GET /api/v2/products/{p}/stock trace={x}"},
    Template{Level::kTrace, "com.shop.stock.StockCache", "hit product={p} age={m}ms"},
    Template{Level::kTrace, "com.shop.events.Poller", "poll returned {n} records, level=TRACE"},

    Template{Level::kDebug, "com.shop.stock.StockCache", "Cache miss for product {p}, loading"},
    Template{Level::kDebug, "com.shop.jdbc.Pool", "Connection acquired in {m} ms (active={n}, idle={n})"},
    Template{Level::kDebug, "com.shop.web.RequestFilter", "GET /api/v2/suggest?q=error+log 200 in {m} ms, {b} bytes"},
    Template{Level::kDebug, "com.shop.price.PriceService", "Price of product {p}: rule {n} applied, trace={x}"},
    Template{
        Level::kDebug, "com.shop.jdbc.Statements",
        "Executing statement\n  select order_id, status, level\n    from orders\n   where customer_id = {c}\n     and "
        "level <> 'ERROR'"},
    Template{Level::kDebug, "com.shop.config.Loader", "log level of com.shop.jdbc is INFO, was WARN"},
    Template{Level::kDebug, "com.shop.search.Index", "Query \"노트북 {n}\" matched {n} products"},

    Template{Level::kInfo, "com.shop.order.OrderService", "Order {o} confirmed in {m} ms"},
    Template{Level::kInfo, "com.shop.web.AccessLogger", "POST /api/v2/cart/items 201 {m} ms customer={c} host={h}"},
    Template{Level::kInfo, "com.shop.payment.PaymentService", "Payment for order {o} captured, provider took {m} ms"},
    Template{Level::kInfo, "com.shop.stock.StockService", "Reserved {n} of product {p} for order {o}"},
    Template{Level::kInfo, "com.shop.events.Consumer", "Committed offset {b} of {t}"},
    Template{Level::kInfo, "com.shop.shipping.LabelService", "Label {x} printed for order {o}"},
    Template{Level::kInfo, "com.shop.account.LoginService", "Customer {c} logged in from {h}"},
    Template{Level::kInfo, "com.shop.batch.NightlyExport", "Exported {b} rows, 0 ERROR, {n} WARN"},
    Template{Level::kInfo, "com.shop.mail.MailService", "Mail \"Your order {o}\" handed to {h} ({b} bytes)"},
    Template{Level::kInfo, "com.shop.search.Index", "Refreshed {n} shards in {m} ms; no errors"},
    Template{Level::kInfo, "com.shop.config.Loader", "Set level of logger com.shop.jdbc to ERROR"},
    Template{Level::kInfo, "com.shop.events.Consumer",
             "Received event\n{\"order_id\":{o},\"level\":\"ERROR\",\"trace\":\"{x}\"}"},

    Template{Level::kWarn, "com.shop.payment.PaymentService", "Provider {h} answered after {m} ms, limit is 500 ms"},
    Template{Level::kWarn, "com.shop.jdbc.Pool", "Pool is nearly used up: active={n}, waiting={n}"},
    Template{Level::kWarn, "com.shop.stock.StockService", "Only {n} left of product {p}"},
    Template{Level::kWarn, "com.shop.events.Consumer", "Retrying {t} after ERROR response from {h}, attempt {n}"},
    Template{Level::kWarn, "com.shop.web.RateLimiter", "Customer {c} throttled, {n} requests in 1 s"},
    Template{Level::kWarn, "com.shop.shipping.LabelService", "Address of order {o} has no house number"},

    Template{Level::kError, "com.shop.payment.PaymentService", "Payment for order {o} failed"},
    Template{Level::kError, "com.shop.order.OrderService", "Could not confirm order {o} of customer {c}"},
    Template{Level::kError, "com.shop.events.Consumer", "Giving up on record {b} of {t} after {n} attempts"},
    Template{Level::kError, "com.shop.web.ErrorHandler", "Request {x} ended with 500 INTERNAL_SERVER_ERROR"},
    Template{Level::kError, "com.shop.stock.StockService",
             "Stock of product {p} is negative: -{n} (WARN was not heeded)"},

    Template{Level::kFatal, "com.shop.Main", "Out of memory, {b} bytes requested; shutting down"},
    Template{Level::kFatal, "com.shop.jdbc.Pool", "Database {h} is gone, INFO: restart needed"},
};

constexpr std::array<std::string_view, 6> kExceptions{
    "java.lang.IllegalStateException: Order is in state ERROR",
    "java.util.concurrent.TimeoutException: no answer within 500 ms",
    "com.shop.payment.PaymentDeclinedException: declined, see WARN above",
    "java.lang.NullPointerException",
    "org.springframework.dao.DataAccessResourceFailureException: cannot reach the database",
    "java.io.UncheckedIOException: 연결이 끊어졌습니다"};
constexpr std::array<std::string_view, 4> kCauses{
    "Caused by: java.sql.SQLException: ERROR 1213 (40001): Deadlock found when trying to get lock",
    "Caused by: java.net.SocketTimeoutException: Read timed out", "Caused by: java.io.EOFException",
    "Caused by: org.postgresql.util.PSQLException: FATAL: terminating connection due to administrator command"};
constexpr std::array<std::string_view, 24> kFrames{
    "com.shop.payment.PaymentService.capture(PaymentService.java:",
    "com.shop.payment.ProviderClient.post(ProviderClient.java:",
    "com.shop.order.OrderService.confirm(OrderService.java:",
    "com.shop.order.OrderRepository.update(OrderRepository.java:",
    "com.shop.web.OrderController.lambda$confirm$3(OrderController.java:",
    "com.shop.web.OrderController.confirm(OrderController.java:",
    "com.shop.jdbc.Pool.borrow(Pool.java:",
    "com.shop.jdbc.Pool$Lease.<init>(Pool.java:",
    "java.base/java.util.concurrent.CompletableFuture.reportGet(CompletableFuture.java:",
    "java.base/java.util.concurrent.CompletableFuture.get(CompletableFuture.java:",
    "java.base/java.util.Optional.orElseThrow(Optional.java:",
    "java.base/java.util.stream.ReferencePipeline$3$1.accept(ReferencePipeline.java:",
    "org.springframework.aop.framework.CglibAopProxy.invokeMethod(CglibAopProxy.java:",
    "org.springframework.transaction.interceptor.TransactionInterceptor.invoke(TransactionInterceptor.java:",
    "org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:",
    "org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:",
    "org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:",
    "jakarta.servlet.http.HttpServlet.service(HttpServlet.java:",
    "org.apache.catalina.core.ApplicationFilterChain.internalDoFilter(ApplicationFilterChain.java:",
    "org.apache.catalina.core.StandardWrapperValve.invoke(StandardWrapperValve.java:",
    "org.apache.coyote.http11.Http11Processor.service(Http11Processor.java:",
    "org.apache.tomcat.util.net.NioEndpoint$SocketProcessor.doRun(NioEndpoint.java:",
    "org.apache.tomcat.util.threads.TaskThread$WrappingRunnable.run(TaskThread.java:",
    "java.base/java.lang.Thread.run(Thread.java:"};

std::vector<AppMessage::Piece> pieces_of(std::string_view text) {
  std::vector<AppMessage::Piece> out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] == '{' && text[i + 2] == '}') {
      out.push_back({text.substr(begin, i - begin), text[i + 1]});
      begin = i + 3;
    }
  }
  out.push_back({text.substr(begin), 0});
  return out;
}

char* put_hex(char* out, std::uint64_t bits, int digits_count) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (int i = 0; i < digits_count; ++i, bits >>= 4) {
    *out++ = kHex[bits & 15U];
  }
  return out;
}

char* put_slot(char* out, char slot, Random& random) {
  const std::uint64_t bits = random.next();
  const auto below = [bits](std::uint64_t bound) { return ((bits >> 32) * bound) >> 32; };
  switch (slot) {
    case 'o':
      return put_number(out, 1'000'000 + below(9'000'000));
    case 'c':
      return put_number(out, 1 + below(100'000));
    case 'p':
      return put_number(out, 1 + below(10'000));
    case 'n':
      return put_number(out, 1 + below(40));
    case 'm':  // mostly short
      return put_number(out, 1 + (below(1'024) * (bits & 1'023U) >> 10));
    case 'b':
      return put_number(out, 100 + below(9'999'900));
    case 'h':
      out = put(out, "10.0.");
      out = put_number(out, below(8));
      out = put(out, '.');
      return put_number(out, bits & 255U);
    case 't':
      out = put(out, "orders-");
      return put_number(out, below(24));
    case 'x':
      return put_hex(out, bits, 16);
    default:
      return out;
  }
}

char* put_frame(char* out, std::string_view frame, Random& random) {
  out = put(out, "\tat ");
  out = put(out, frame);
  out = put_number(out, random.between(20, 1'200));
  return put(out, ")\n");
}
}  // namespace

std::string_view level_name(Level level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

AppMessages::AppMessages() {
  for (const Template& from : kTemplates) {
    by_level_[static_cast<std::size_t>(from.level)].push_back({from.logger, pieces_of(from.text)});
  }
}

const AppMessage& AppMessages::draw(Level level, Random& random) const {
  const std::vector<AppMessage>& messages = by_level_[static_cast<std::size_t>(level)];
  const auto count = static_cast<std::uint32_t>(messages.size());
  return messages[std::min(random.below(count), random.below(count))];
}

char* put_message(char* out, const AppMessage& message, Random& random) {
  for (const AppMessage::Piece& piece : message.pieces) {
    out = put(out, piece.text);
    if (piece.slot != 0) {
      out = put_slot(out, piece.slot, random);
    }
  }
  return out;
}

char* put_stack_trace(char* out, Random& random, std::uint64_t& lines_count) {
  out = put(out, kExceptions[random.below(kExceptions.size())]);
  out = put(out, '\n');
  ++lines_count;
  // From somewhere in the shop's own code down to the thread.
  for (std::uint32_t frame = random.below(8); frame < kFrames.size(); frame += random.between(1, 2)) {
    out = put_frame(out, kFrames[frame], random);
    ++lines_count;
  }
  if (random.chance(500)) {
    out = put(out, kCauses[random.below(kCauses.size())]);
    out = put(out, '\n');
    const std::uint32_t frames_count = random.between(2, 5);
    for (std::uint32_t i = 0; i < frames_count; ++i) {
      out = put_frame(out, kFrames[random.below(8)], random);
    }
    out = put(out, "\t... ");
    out = put_number(out, random.between(8, 40));
    out = put(out, " more\n");
    lines_count += 2 + frames_count;
  }
  return out;
}
}  // namespace weir::generate
