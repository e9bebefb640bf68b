#include <array>

#include "generate/shop/catalog.h"

namespace weir::generate::shop {
namespace {
// One line of the tree as people write it: depth, name; for a leaf what one product is called and its price span in
// EUR.
struct Entry {
  std::uint32_t level;
  std::string_view name;
  std::string_view singular = {};
  std::uint32_t price_min = 0;
  std::uint32_t price_max = 0;
};

constexpr std::array kEntries{
    Entry{1, "Electronics"},
    Entry{2, "Computers"},
    Entry{3, "Laptops"},
    Entry{4, "Ultrabooks", "Ultrabook", 699, 1899},
    Entry{4, "Gaming Laptops", "Gaming Laptop", 899, 2499},
    Entry{3, "Monitors", "Monitor", 119, 699},
    Entry{3, "Keyboards & Mice", "Keyboard", 15, 149},
    Entry{3, "Storage", "Solid State Drive", 29, 249},
    Entry{2, "Audio"},
    Entry{3, "Headphones"},
    Entry{4, "In-Ear", "Earphones", 12, 199},
    Entry{4, "Over-Ear", "Headphones", 29, 349},
    Entry{3, "Speakers", "Speaker", 19, 399},
    Entry{2, "Phones & Tablets"},
    Entry{3, "Smartphones", "Smartphone", 149, 1199},
    Entry{3, "Tablets", "Tablet", 129, 899},
    Entry{3, "Cases & Chargers", "Charger", 5, 49},

    Entry{1, "Home & Living"},
    Entry{2, "Furniture"},
    Entry{3, "Tables", "Table", 49, 599},
    Entry{3, "Chairs"},
    Entry{4, "Office Chairs", "Office Chair", 79, 499},
    Entry{4, "Dining Chairs", "Dining Chair", 39, 249},
    Entry{3, "Shelves", "Shelf", 19, 299},
    Entry{2, "Lighting"},
    Entry{3, "Desk Lamps", "Desk Lamp", 12, 119},
    Entry{3, "Floor Lamps", "Floor Lamp", 29, 249},
    Entry{2, "Textiles"},
    Entry{3, "Bed Linen", "Bed Linen Set", 19, 139},
    Entry{3, "Towels", "Towel", 5, 39},
    Entry{3, "Curtains", "Curtain", 14, 99},

    Entry{1, "Kitchen"},
    Entry{2, "Cookware"},
    Entry{3, "Pans", "Frying Pan", 14, 129},
    Entry{3, "Pots", "Pot", 19, 189},
    Entry{3, "Knives", "Chef's Knife", 9, 179},
    Entry{2, "Small Appliances"},
    Entry{3, "Coffee Machines"},
    Entry{4, "Espresso", "Espresso Machine", 89, 899},
    Entry{4, "Filter", "Filter Coffee Maker", 24, 179},
    Entry{3, "Kettles", "Kettle", 15, 99},
    Entry{3, "Blenders", "Blender", 19, 249},
    Entry{2, "Tableware"},
    Entry{3, "Plates", "Plate", 3, 29},
    Entry{3, "Mugs", "Mug", 3, 24},
    Entry{3, "Glasses", "Glass", 2, 19},

    Entry{1, "Fashion"},
    Entry{2, "Women"},
    Entry{3, "Dresses", "Dress", 19, 149},
    Entry{3, "Knitwear", "Cardigan", 19, 129},
    Entry{3, "Shoes"},
    Entry{4, "Sneakers (Women)", "Sneaker", 29, 159},
    Entry{4, "Boots (Women)", "Boots", 49, 229},
    Entry{2, "Men"},
    Entry{3, "Shirts", "Shirt", 15, 99},
    Entry{3, "Trousers", "Trousers", 25, 139},
    Entry{3, "Sneakers (Men)", "Sneaker", 29, 159},
    Entry{2, "Accessories"},
    Entry{3, "Bags", "Bag", 19, 249},
    Entry{3, "Scarves", "Scarf", 9, 69},
    Entry{3, "Watches", "Watch", 29, 399},

    Entry{1, "Sports & Outdoors"},
    Entry{2, "Cycling"},
    Entry{3, "Helmets", "Bike Helmet", 24, 199},
    Entry{3, "Lights & Locks", "Bike Lock", 9, 119},
    Entry{2, "Camping"},
    Entry{3, "Tents", "Tent", 59, 599},
    Entry{3, "Sleeping Bags", "Sleeping Bag", 29, 299},
    Entry{2, "Fitness"},
    Entry{3, "Yoga Mats", "Yoga Mat", 9, 79},
    Entry{3, "Dumbbells", "Dumbbell", 8, 99},
    Entry{3, "Running"},
    Entry{4, "Running Shoes", "Running Shoe", 49, 189},
    Entry{4, "Running Shirts", "Running Shirt", 12, 59},

    Entry{1, "Books & Media"},
    Entry{2, "Books"},
    Entry{3, "Fiction"},
    Entry{4, "Crime", "Crime Novel", 6, 24},
    Entry{4, "Science Fiction", "Science Fiction Novel", 6, 24},
    Entry{3, "Non-Fiction", "Handbook", 9, 49},
    Entry{3, "Children's Books", "Picture Book", 5, 22},
    Entry{2, "Games"},
    Entry{3, "Board Games", "Board Game", 9, 79},
    Entry{3, "Puzzles", "Puzzle", 6, 39},
    Entry{2, "Stationery"},
    Entry{3, "Notebooks", "Notebook", 2, 24},
    Entry{3, "Pens", "Pen", 1, 59},

    Entry{1, "Beauty & Health"},
    Entry{2, "Skin Care"},
    Entry{3, "Face", "Face Cream", 5, 69},
    Entry{3, "Body", "Body Lotion", 3, 29},
    Entry{2, "Hair Care", "Shampoo", 3, 24},
    Entry{2, "Fragrance", "Perfume", 19, 149},
    Entry{2, "Wellness"},
    Entry{3, "Vitamins", "Vitamins", 4, 39},
    Entry{3, "Massage", "Massage Roller", 9, 89},

    Entry{1, "Garden & Tools"},
    Entry{2, "Garden"},
    Entry{3, "Plants", "Plant", 4, 59},
    Entry{3, "Pots & Planters", "Planter", 5, 89},
    Entry{3, "Barbecue", "Barbecue", 49, 699},
    Entry{2, "Tools"},
    Entry{3, "Power Tools", "Cordless Drill", 39, 329},
    Entry{3, "Hand Tools", "Screwdriver Set", 5, 99},
    Entry{2, "Paint", "Wall Paint", 9, 79},
};

constexpr auto kCategories = [] {
  std::array<Category, kEntries.size()> out{};
  std::array<std::uint32_t, 5> last_of_level{};
  std::uint32_t departments = 0;
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    const Entry& entry = kEntries[i];
    const auto id = static_cast<std::uint32_t>(i + 1);
    if (entry.level == 1) {
      ++departments;
    }
    out[i] = {.id = id,
              .parent_id = last_of_level[entry.level - 1],
              .level = entry.level,
              .department = departments - 1,
              .name = entry.name,
              .singular = entry.singular,
              .price_cents_min = entry.price_min * 100,
              .price_cents_max = entry.price_max * 100};
    last_of_level[entry.level] = id;
  }
  return out;
}();
static_assert(kCategories.back().department + 1 == kDepartmentsCount);
}  // namespace

std::span<const Category> categories() {
  return kCategories;
}
}  // namespace weir::generate::shop
