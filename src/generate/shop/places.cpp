#include "generate/shop/places.h"

#include <array>

namespace weir::generate::shop {
namespace {
constexpr std::array kGermanFirst{Name{"Anna", "anna"},     Name{"Lukas", "lukas"},       Name{"Jürgen", "juergen"},
                                  Name{"Marie", "marie"},   Name{"Jonas", "jonas"},       Name{"Käthe", "kaethe"},
                                  Name{"Felix", "felix"},   Name{"Lena", "lena"},         Name{"Björn", "bjoern"},
                                  Name{"Sophie", "sophie"}, Name{"Matthias", "matthias"}, Name{"Ute", "ute"},
                                  Name{"Emil", "emil"},     Name{"Clara", "clara"}};
constexpr std::array kGermanLast{Name{"Müller", "mueller"},    Name{"Schmidt", "schmidt"},  Name{"Weiß", "weiss"},
                                 Name{"Fischer", "fischer"},   Name{"Wagner", "wagner"},    Name{"Krüger", "krueger"},
                                 Name{"Hoffmann", "hoffmann"}, Name{"Schäfer", "schaefer"}, Name{"Koch", "koch"},
                                 Name{"Bauer", "bauer"},       Name{"Richter", "richter"},  Name{"Vogel", "vogel"},
                                 Name{"Jung", "jung"},         Name{"Hahn", "hahn"}};
constexpr std::array<std::string_view, 8> kGermanStreets{"Hauptstraße", "Bahnhofstraße", "Gartenweg",  "Lindenallee",
                                                         "Schulstraße", "Am Mühlbach",   "Ringstraße", "Kirchplatz"};
constexpr std::array kGermanCities{City{"Berlin", "10###"},    City{"Hamburg", "20###"}, City{"München", "80###"},
                                   City{"Köln", "50###"},      City{"Leipzig", "04###"}, City{"Dresden", "01###"},
                                   City{"Stuttgart", "70###"}, City{"Münster", "48###"}};
constexpr std::array kAustrianCities{City{"Wien", "1##0"}, City{"Graz", "80##"}, City{"Linz", "40##"},
                                     City{"Salzburg", "50##"}};
constexpr std::array kSwissCities{City{"Zürich", "80##"}, City{"Bern", "30##"}, City{"Basel", "40##"},
                                  City{"Genève", "12##"}};

constexpr std::array kFrenchFirst{Name{"Chloé", "chloe"},      Name{"Louis", "louis"},     Name{"Élodie", "elodie"},
                                  Name{"Hugo", "hugo"},        Name{"Camille", "camille"}, Name{"François", "francois"},
                                  Name{"Inès", "ines"},        Name{"Théo", "theo"},       Name{"Manon", "manon"},
                                  Name{"Jean-Luc", "jean-luc"}};
constexpr std::array kFrenchLast{Name{"Martin", "martin"}, Name{"Lefèvre", "lefevre"},   Name{"Dubois", "dubois"},
                                 Name{"Moreau", "moreau"}, Name{"Garnier", "garnier"},   Name{"Girard", "girard"},
                                 Name{"D'Arcy", "darcy"},  Name{"Rousseau", "rousseau"}, Name{"Bénard", "benard"},
                                 Name{"Noël", "noel"}};
constexpr std::array<std::string_view, 6> kFrenchStreets{"rue de la République", "avenue Victor Hugo", "rue du Moulin",
                                                         "place de l'Église",    "rue des Écoles",     "quai du Port"};
constexpr std::array kFrenchCities{City{"Paris", "750##"},  City{"Lyon", "690##"}, City{"Marseille", "130##"},
                                   City{"Nantes", "44###"}, City{"Nice", "06###"}, City{"Saint-Étienne", "42###"}};

constexpr std::array kDutchFirst{Name{"Daan", "daan"},     Name{"Sanne", "sanne"}, Name{"Bram", "bram"},
                                 Name{"Fleur", "fleur"},   Name{"Joost", "joost"}, Name{"Noë", "noe"},
                                 Name{"Pieter", "pieter"}, Name{"Lotte", "lotte"}};
constexpr std::array kDutchLast{Name{"de Vries", "devries"},        Name{"Jansen", "jansen"},
                                Name{"van den Berg", "vandenberg"}, Name{"Bakker", "bakker"},
                                Name{"Visser", "visser"},           Name{"Smit", "smit"},
                                Name{"de Boer", "deboer"},          Name{"Mulder", "mulder"}};
constexpr std::array<std::string_view, 5> kDutchStreets{"Dorpsstraat", "Kerkstraat", "Stationsweg", "Molenpad",
                                                        "Prinsengracht"};
constexpr std::array kDutchCities{City{"Amsterdam", "10## @@"}, City{"Rotterdam", "30## @@"},
                                  City{"Utrecht", "35## @@"}, City{"'s-Hertogenbosch", "52## @@"}};

constexpr std::array kEnglishFirst{Name{"Olivia", "olivia"}, Name{"George", "george"}, Name{"Amelia", "amelia"},
                                   Name{"Harry", "harry"},   Name{"Grace", "grace"},   Name{"Jack", "jack"},
                                   Name{"Priya", "priya"},   Name{"Oscar", "oscar"},   Name{"Zoe", "zoe"},
                                   Name{"Ethan", "ethan"},   Name{"Mia", "mia"},       Name{"Noah", "noah"}};
constexpr std::array kEnglishLast{Name{"Smith", "smith"},     Name{"O'Connor", "oconnor"}, Name{"Taylor", "taylor"},
                                  Name{"Brown", "brown"},     Name{"Patel", "patel"},      Name{"Wright", "wright"},
                                  Name{"Walker", "walker"},   Name{"Null", "null"},        Name{"Evans", "evans"},
                                  Name{"Johnson", "johnson"}, Name{"Miller", "miller"},    Name{"Garcia", "garcia"}};
constexpr std::array<std::string_view, 8> kEnglishStreets{"High Street", "Station Road", "Church Lane", "Mill Road",
                                                          "Oak Avenue",  "Park Street",  "Maple Drive", "King Street"};
constexpr std::array kBritishCities{City{"London", "SW# #@@"}, City{"Manchester", "M# #@@"}, City{"Leeds", "LS# #@@"},
                                    City{"Edinburgh", "EH# #@@"}, City{"Cardiff", "CF## #@@"}};
constexpr std::array kAmericanCities{City{"New York", "100##"}, City{"Boston", "021##"}, City{"Chicago", "606##"},
                                     City{"Austin", "787##"}, City{"Seattle", "981##"}};

constexpr std::array kSpanishFirst{Name{"Lucía", "lucia"}, Name{"José", "jose"},   Name{"Martín", "martin"},
                                   Name{"Sofía", "sofia"}, Name{"Pablo", "pablo"}, Name{"Begoña", "begona"},
                                   Name{"Diego", "diego"}, Name{"Inés", "ines"}};
constexpr std::array kSpanishLast{
    Name{"García", "garcia"},   Name{"Muñoz", "munoz"},   Name{"López Ortega", "lopezortega"},
    Name{"Sánchez", "sanchez"}, Name{"Ibáñez", "ibanez"}, Name{"Romero", "romero"},
    Name{"Vidal", "vidal"},     Name{"Núñez", "nunez"}};
constexpr std::array<std::string_view, 5> kSpanishStreets{"Calle Mayor", "Calle del Sol", "Avenida de España",
                                                          "Paseo Marítimo", "Plaza Nueva"};
constexpr std::array kSpanishCities{City{"Madrid", "280##"}, City{"Barcelona", "080##"}, City{"Sevilla", "410##"},
                                    City{"A Coruña", "150##"}};

constexpr std::array kItalianFirst{Name{"Giulia", "giulia"}, Name{"Luca", "luca"},   Name{"Niccolò", "niccolo"},
                                   Name{"Chiara", "chiara"}, Name{"Marco", "marco"}, Name{"Elena", "elena"}};
constexpr std::array kItalianLast{Name{"Rossi", "rossi"},     Name{"Bianchi", "bianchi"}, Name{"D'Angelo", "dangelo"},
                                  Name{"Ferrari", "ferrari"}, Name{"Conti", "conti"},     Name{"Greco", "greco"}};
constexpr std::array<std::string_view, 4> kItalianStreets{"Via Roma", "Via Garibaldi", "Corso Italia",
                                                          "Viale dei Pini"};
constexpr std::array kItalianCities{City{"Milano", "201##"}, City{"Roma", "001##"}, City{"Torino", "101##"},
                                    City{"Forlì", "471##"}};

constexpr std::array kPolishFirst{Name{"Zofia", "zofia"},           Name{"Łukasz", "lukasz"},
                                  Name{"Małgorzata", "malgorzata"}, Name{"Jan", "jan"},
                                  Name{"Agnieszka", "agnieszka"},   Name{"Paweł", "pawel"}};
constexpr std::array kPolishLast{Name{"Kowalski", "kowalski"},   Name{"Wójcik", "wojcik"},
                                 Name{"Zieliński", "zielinski"}, Name{"Nowak", "nowak"},
                                 Name{"Dąbrowska", "dabrowska"}, Name{"Lis", "lis"}};
constexpr std::array<std::string_view, 4> kPolishStreets{"ul. Polna", "ul. Leśna", "ul. Słoneczna",
                                                         "al. Jerozolimskie"};
constexpr std::array kPolishCities{City{"Warszawa", "00-###"}, City{"Kraków", "30-###"}, City{"Łódź", "90-###"},
                                   City{"Gdańsk", "80-###"}};

constexpr std::array kKoreanFirst{Name{"민준", "minjun"}, Name{"서연", "seoyeon"}, Name{"지우", "jiwoo"},
                                  Name{"하은", "haeun"},  Name{"도윤", "doyun"},   Name{"수빈", "subin"},
                                  Name{"예준", "yejun"},  Name{"지민", "jimin"}};
constexpr std::array kKoreanLast{Name{"김", "kim"},  Name{"이", "lee"},  Name{"박", "park"}, Name{"최", "choi"},
                                 Name{"정", "jung"}, Name{"강", "kang"}, Name{"조", "cho"},  Name{"윤", "yoon"}};
constexpr std::array<std::string_view, 5> kKoreanStreets{"세종대로", "테헤란로", "한강로", "중앙로", "올림픽로"};
constexpr std::array kKoreanCities{City{"서울", "04###"}, City{"부산", "48###"}, City{"대구", "41###"},
                                   City{"인천", "21###"}};

constexpr std::array kJapaneseFirst{Name{"陽菜", "hina"},   Name{"蓮", "ren"},        Name{"結衣", "yui"},
                                    Name{"大翔", "hiroto"}, Name{"さくら", "sakura"}, Name{"湊", "minato"}};
constexpr std::array kJapaneseLast{Name{"佐藤", "sato"},   Name{"鈴木", "suzuki"},   Name{"高橋", "takahashi"},
                                   Name{"田中", "tanaka"}, Name{"渡辺", "watanabe"}, Name{"山本", "yamamoto"}};
constexpr std::array<std::string_view, 3> kJapaneseStreets{"本町", "中央", "栄町"};
constexpr std::array kJapaneseCities{City{"東京", "10#-00##"}, City{"大阪", "53#-00##"}, City{"札幌", "06#-08##"}};

constexpr std::array kCountries{
    Country{"DE", "+49", false, kGermanFirst, kGermanLast, kGermanStreets, kGermanCities},
    Country{"FR", "+33", true, kFrenchFirst, kFrenchLast, kFrenchStreets, kFrenchCities},
    Country{"GB", "+44", true, kEnglishFirst, kEnglishLast, kEnglishStreets, kBritishCities},
    Country{"AT", "+43", false, kGermanFirst, kGermanLast, kGermanStreets, kAustrianCities},
    Country{"NL", "+31", false, kDutchFirst, kDutchLast, kDutchStreets, kDutchCities},
    Country{"ES", "+34", false, kSpanishFirst, kSpanishLast, kSpanishStreets, kSpanishCities},
    Country{"US", "+1", true, kEnglishFirst, kEnglishLast, kEnglishStreets, kAmericanCities},
    Country{"IT", "+39", false, kItalianFirst, kItalianLast, kItalianStreets, kItalianCities},
    Country{"PL", "+48", false, kPolishFirst, kPolishLast, kPolishStreets, kPolishCities},
    Country{"CH", "+41", false, kGermanFirst, kGermanLast, kGermanStreets, kSwissCities},
    Country{"KR", "+82", false, kKoreanFirst, kKoreanLast, kKoreanStreets, kKoreanCities},
    Country{"JP", "+81", false, kJapaneseFirst, kJapaneseLast, kJapaneseStreets, kJapaneseCities},
};
constexpr std::array<std::uint32_t, kCountries.size()> kPercent{34, 13, 11, 8, 7, 6, 5, 4, 4, 3, 3, 2};
}  // namespace

std::span<const Country> countries() {
  return kCountries;
}

const Country& country_of_percent(std::uint32_t percent) {
  std::size_t i = 0;
  while (i + 1 < kCountries.size() && percent >= kPercent[i]) {
    percent -= kPercent[i];
    ++i;
  }
  return kCountries[i];
}
}  // namespace weir::generate::shop
