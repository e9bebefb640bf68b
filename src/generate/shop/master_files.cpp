// Customers, products, categories, promotions and referrals: one file each in a folder.
#include <algorithm>
#include <array>
#include <utility>

#include "generate/shop/streams.h"
#include "generate/shop/table_file.h"
#include "generate/text.h"

namespace weir::generate::shop {
namespace {
constexpr std::size_t kRowBytesMax = 2'048;
constexpr std::uint64_t kRowsPerReport = 4'096;

// Counts rows towards the next report.
class Ticker {
 public:
  explicit Ticker(Reporter& reporter) : reporter_(&reporter) {}
  Status tick() {
    if (++count_ < kRowsPerReport) {
      return {};
    }
    return flush();
  }
  Status flush() { return reporter_->add_rows(std::exchange(count_, 0)); }

 private:
  Reporter* reporter_;
  std::uint64_t count_ = 0;
};

Result<std::vector<TableFile>> finish_one(TableWriter& writer, Ticker& ticker) {
  WEIR_TRY(ticker.flush());
  WEIR_TRY_ASSIGN(TableFile file, std::move(writer).finish());
  std::vector<TableFile> out;
  out.push_back(std::move(file));
  return out;
}

char* put_postal_code(char* out, std::string_view pattern, std::uint64_t bits) {
  Random random(bits);
  for (const char character : pattern) {
    if (character == '#') {
      *out++ = static_cast<char>('0' + random.below(10));
    } else if (character == '@') {
      *out++ = static_cast<char>('A' + random.below(26));
    } else {
      *out++ = character;
    }
  }
  return out;
}

char* put_email(char* out, const Customer& customer, std::uint32_t number) {
  constexpr std::array<std::string_view, 5> kDomains{"@mail.example", "@post.example", "@inbox.example", "@web.example",
                                                     "@firma.example"};
  char* const begin = out;
  out = put(out, customer.first_name.ascii);
  out = put(out, '.');
  out = put(out, customer.last_name.ascii);
  out = put_number(out, number + 1);
  out = put(out, kDomains[customer.email_domain % kDomains.size()]);
  if (customer.is_email_untidy) {
    std::transform(begin, out, begin, [](char letter) {
      return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
    });
    out = put(out, ' ');
  }
  return out;
}

char* put_customer(char* out, const Customer& customer, std::uint32_t number) {
  constexpr std::array<std::string_view, 3> kSegments{"consumer", "business", "education"};
  const Country& country = *customer.country;
  out = put_number(out, number + 1);
  out = put(out, ',');
  out = put_csv(out, customer.first_name.text);
  out = put(out, ',');
  out = put_csv(out, customer.last_name.text);
  out = put(out, ',');
  if (customer.has_email) {
    std::array<char, 128> email;
    const char* end = put_email(email.data(), customer, number);
    out = put_csv(out, {email.data(), static_cast<std::size_t>(end - email.data())});
  }
  out = put(out, ',');
  if (customer.phone != 0) {
    out = put(out, country.phone_prefix);
    out = put(out, ' ');
    out = put_number(out, customer.phone);
  }
  out = put(out, ',');
  if (customer.has_birth_date) {
    out = put_date(out, customer.birth_date);
  }
  out = put(out, ',');
  out = put(out, kSegments[customer.segment]);
  out = put(out, ',');
  if (country.is_number_first) {
    out = put_number(out, customer.house_number);
    out = put(out, customer.has_house_letter ? "A " : " ");
    out = put(out, customer.street);
  } else {
    out = put(out, customer.street);
    out = put(out, ' ');
    out = put_number(out, customer.house_number);
    out = put(out, customer.has_house_letter ? "a" : "");
  }
  out = put(out, ',');
  out = put_postal_code(out, customer.city->postal_pattern, customer.postal_bits);
  out = put(out, ',');
  out = put(out, customer.city->name);
  out = put(out, ',');
  out = put(out, country.code);
  out = put(out, customer.wants_mail ? ",true," : ",false,");
  out = put_moment(out, customer.created_at);
  out = put(out, ',');
  out = put_moment(out, customer.updated_at);
  return put(out, '\n');
}

char* put_product(char* out, const Product& product, std::uint32_t number) {
  out = put_number(out, number + 1);
  out = put(out, ",P-");
  out = put_padded(out, number + 1, 8);
  out = put(out, ',');
  out = put(out, product.brand);
  out = put(out, ' ');
  out = put(out, product.adjective);
  out = put(out, ' ');
  out = put(out, product.category->singular);
  out = put(out, ' ');
  out = put_number(out, product.model);
  out = put(out, ',');
  out = put_number(out, product.category->id);
  out = put(out, ',');
  out = put(out, product.brand);
  out = put(out, ',');
  out = put_money(out, product.price_cents);
  out = put(out, ',');
  out = put_money(out, product.cost_cents);
  out = put(out, ',');
  if (product.weight_grams != 0) {
    out = put_number(out, product.weight_grams);
  }
  out = put(out, product.is_active ? ",true," : ",false,");
  out = put_moment(out, product.created_at);
  out = put(out, ',');
  out = put_moment(out, product.updated_at);
  return put(out, '\n');
}

char* put_promotion(char* out, const Promotion& promotion) {
  out = put(out, R"({"promotion_id":)");
  out = put_number(out, promotion.id);
  out = put(out, R"(,"kind":)");
  out = put(out, promotion.kind == PromotionKind::kSale ? R"("sale")" : R"("coupon")");
  out = put(out, R"(,"name":")");
  out = put(out, promotion.name);
  out = put(out, R"(","percent":)");
  out = put_number(out, promotion.percent);
  if (promotion.kind == PromotionKind::kSale) {
    out = put(out, R"(,"code":null,"category_ids":[)");
    bool is_first = true;
    for (const Category& category : categories()) {
      if (category.level == 1 && (promotion.departments_mask >> category.department & 1U) != 0) {
        out = put(out, is_first ? "" : ",");
        out = put_number(out, category.id);
        is_first = false;
      }
    }
    out = put(out, R"(],"conditions":null)");
  } else {
    out = put(out, R"(,"code":")");
    out = put(out, promotion.code);
    out = put(out, R"(","category_ids":null,"conditions":{"amount_min":)");
    out = put_money(out, promotion.amount_cents_min);
    out = put(out, R"(,"channels":["web","app","phone","marketplace"]})");
  }
  out = put(out, R"(,"starts_on":")");
  out = put_date(out, date_of(promotion.first_day));
  out = put(out, R"(","ends_on":")");
  out = put_date(out, date_of(promotion.last_day));
  return put(out, "\"}\n");
}

// Who brought whom: three of ten customers came through another one, near in time (chains) or any earlier (bushes).
constexpr std::uint32_t kReferredPermille = 300;
bool is_referred(const Shop& shop, std::uint32_t number) {
  return number >= 5 && Random(shop.seed, stream::kReferral, number).chance(kReferredPermille);
}

struct Referral {
  std::uint32_t referrer = 0;
  std::uint32_t channel = 0;
  bool has_reward = true;
};

Referral referral_of(const Shop& shop, std::uint32_t number) {
  Random random(shop.seed, stream::kReferral, number);
  random.next();  // told is_referred
  Referral out;
  for (int tries = 0; tries < 3; ++tries) {
    const std::uint32_t span = random.chance(550) ? std::min<std::uint32_t>(number, 200) : number;
    out.referrer = number - 1 - random.below(span);
    // Who came through a friend brings friends, which makes the trees deep.
    if (is_referred(shop, out.referrer)) {
      break;
    }
  }
  out.channel = random.below(3);
  out.has_reward = !random.chance(150);
  return out;
}
}  // namespace

Result<std::vector<TableFile>> write_customers(const Folder& folder) {
  const Customers& customers = folder.shop->customers;
  WEIR_TRY_ASSIGN(TableWriter writer,
                  TableWriter::create(folder.path, "customers", folder.path_of("customers", ".csv"),
                                      "customer_id,first_name,last_name,email,phone,birth_date,segment,street,"
                                      "postal_code,city,country_code,wants_mail,created_at,updated_at\n"));
  Ticker ticker(*folder.reporter);
  const std::uint32_t known_count = folder.is_first() ? 0 : customers.count_before(folder.first_day());
  for (std::uint32_t number = 0; number < customers.count_before(folder.end_day()); ++number) {
    if (number < known_count && !customers.changes(number, folder.first_day())) {
      continue;
    }
    const Customer customer = customers.customer(number, folder.end_day());
    writer.end_row(put_customer(writer.out().reserve(kRowBytesMax), customer, number));
    if (customer.is_name_odd) {
      writer.tally().plant(Dirt::kOddName);
      if (customer.first_name.text.find('\n') != std::string_view::npos) {
        writer.tally().plant(Dirt::kNameWithNewline);
      }
    }
    if (customer.is_email_untidy) {
      writer.tally().plant(Dirt::kUntidyEmail);
    }
    WEIR_TRY(ticker.tick());
  }
  return finish_one(writer, ticker);
}

Result<std::vector<TableFile>> write_products(const Folder& folder) {
  const Catalog& catalog = folder.shop->catalog;
  WEIR_TRY_ASSIGN(TableWriter writer,
                  TableWriter::create(folder.path, "products", folder.path_of("products", ".csv"),
                                      "product_id,sku,name,category_id,brand,price,cost,weight_grams,is_active,"
                                      "created_at,updated_at\n"));
  Ticker ticker(*folder.reporter);
  const std::uint32_t known_count = folder.is_first() ? 0 : catalog.count_before(folder.first_day());
  for (std::uint32_t number = 0; number < catalog.count_before(folder.end_day()); ++number) {
    if (number < known_count && !catalog.price_moves(number, folder.first_day())) {
      continue;
    }
    writer.end_row(put_product(writer.out().reserve(kRowBytesMax), catalog.product(number, folder.end_day()), number));
    WEIR_TRY(ticker.tick());
  }
  return finish_one(writer, ticker);
}

Result<std::vector<TableFile>> write_categories(const Folder& folder) {
  WEIR_TRY_ASSIGN(TableWriter writer,
                  TableWriter::create(folder.path, "categories", folder.path_of("categories", ".csv"),
                                      "category_id,parent_id,name,level\n"));
  Ticker ticker(*folder.reporter);
  for (const Category& category : categories()) {
    char* out = put_number(writer.out().reserve(kRowBytesMax), category.id);
    out = put(out, ',');
    if (category.parent_id != 0) {
      out = put_number(out, category.parent_id);
    }
    out = put(out, ',');
    out = put_csv(out, category.name);
    out = put(out, ',');
    out = put_number(out, category.level);
    writer.end_row(put(out, '\n'));
    WEIR_TRY(ticker.tick());
  }
  return finish_one(writer, ticker);
}

Result<std::vector<TableFile>> write_promotions(const Folder& folder) {
  WEIR_TRY_ASSIGN(TableWriter writer,
                  TableWriter::create(folder.path, "promotions", folder.path_of("promotions", ".jsonl")));
  Ticker ticker(*folder.reporter);
  for (const Promotion& promotion : folder.shop->promotions) {
    writer.end_row(put_promotion(writer.out().reserve(kRowBytesMax), promotion));
    WEIR_TRY(ticker.tick());
  }
  return finish_one(writer, ticker);
}

Result<std::vector<TableFile>> write_referrals(const Folder& folder) {
  constexpr std::array<std::string_view, 3> kChannels{"link", "email", "social"};
  const Shop& shop = *folder.shop;
  WEIR_TRY_ASSIGN(TableWriter writer, TableWriter::create(folder.path, "referrals", folder.path_of("referrals", ".csv"),
                                                          "referrer_id,referred_id,channel,reward,referred_at\n"));
  Ticker ticker(*folder.reporter);
  const std::uint32_t known_count = folder.is_first() ? 0 : shop.customers.count_before(folder.first_day());
  for (std::uint32_t number = known_count; number < shop.customers.count_before(folder.end_day()); ++number) {
    if (!is_referred(shop, number)) {
      continue;
    }
    const Referral referral = referral_of(shop, number);
    char* out = put_number(writer.out().reserve(kRowBytesMax), referral.referrer + 1);
    out = put(out, ',');
    out = put_number(out, number + 1);
    out = put(out, ',');
    out = put(out, kChannels[referral.channel]);
    out = put(out, ',');
    if (referral.has_reward) {
      out = put(out, "10.00");
      writer.tally().amount_cents += 1'000;
    }
    out = put(out, ',');
    out = put_moment(out, shop.customers.created_at(number));
    writer.end_row(put(out, '\n'));
    WEIR_TRY(ticker.tick());
  }
  return finish_one(writer, ticker);
}
}  // namespace weir::generate::shop
