#include "delta/table_features.h"

#include <gtest/gtest.h>

namespace weir::delta {
namespace {
Schema plain() {
  return parse_schema(R"({"type":"struct","fields":[{"name":"a","type":"long"}]})").value();
}
std::string text(const Status& status) {
  return status ? "" : status.error().text();
}

TEST(TableFeatures, UnknownFeaturesAreRefusedByName) {
  const Protocol protocol{
      3, 7, {"timestampNtz", "timeMachine", "warpDrive"}, {"timestampNtz", "timeMachine", "warpDrive"}};
  const Status status = check_can_read(protocol, {}, plain());
  EXPECT_EQ(status.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(text(status).find("timeMachine, warpDrive"), std::string::npos) << text(status);
}

TEST(TableFeatures, UnknownVersionsAreRefused) {
  EXPECT_NE(text(check_can_read({99, 7, {}, {}}, {}, plain())).find("reader version 99"), std::string::npos);
  EXPECT_NE(text(check_can_write({1, 8, {}, {}}, {}, plain())).find("writer version 8"), std::string::npos);
  EXPECT_FALSE(check_can_read({0, 2, {}, {}}, {}, plain()));
}

TEST(TableFeatures, WriterFeaturesDoNotHinderReading) {
  const Protocol protocol{1, 7, {}, {"warpDrive"}};
  EXPECT_TRUE(check_can_read(protocol, {}, plain()));
  EXPECT_FALSE(check_can_write(protocol, {}, plain()));
}

TEST(TableFeatures, FeaturesThatAreNotUsedDoNotHinderWriting) {
  const Protocol old_protocol{1, 6, {}, {}};
  Metadata metadata;
  EXPECT_TRUE(check_can_write({2, 6, {}, {}}, metadata, plain()));
  metadata.configuration = {{"delta.enableChangeDataFeed", "true"}, {"delta.constraints.positive", "a > 0"}};
  EXPECT_NE(text(check_can_write(old_protocol, metadata, plain())).find("changeDataFeed"),
            std::string::npos);
  Schema generated = plain();
  generated.fields[0].set_metadata_text("delta.generationExpression", "1");
  EXPECT_NE(text(check_can_write(old_protocol, {}, generated)).find("generatedColumns"), std::string::npos);
}

TEST(TableFeatures, OtherFileFormatsAreRefused) {
  Metadata metadata;
  metadata.provider = "orc";
  EXPECT_NE(text(check_can_read({}, metadata, plain())).find("orc"), std::string::npos);
}

TEST(TableFeatures, TheProtocolIsAsLowAsItCanBe) {
  EXPECT_EQ(protocol_for(plain(), {}).value(), (Protocol{1, 2, {}, {}}));
  const Schema schema =
      parse_schema(R"({"type":"struct","fields":[{"name":"a","type":{"type":"array","elementType":"timestamp_ntz"}}]})")
          .value();
  EXPECT_EQ(protocol_for(schema, {}).value(),
            (Protocol{3, 7, {"timestampNtz"}, {"appendOnly", "invariants", "timestampNtz"}}));
  const Protocol newer{3, 7, {"deletionVectors"}, {"deletionVectors"}};
  EXPECT_EQ(upgraded_protocol(newer, schema, {}).value(),
            (Protocol{3, 7, {"deletionVectors", "timestampNtz"}, {"deletionVectors", "timestampNtz"}}));
  EXPECT_EQ(upgraded_protocol(newer, plain(), {}).value(), newer);
}

TEST(TableFeatures, PropertiesBringTheirFeatures) {
  EXPECT_EQ(protocol_for(plain(), {{"delta.appendOnly", "true"}}).value(), (Protocol{1, 2, {}, {}}));
  EXPECT_EQ(protocol_for(plain(), {{"delta.enableDeletionVectors", "true"}}).value(),
            (Protocol{3, 7, {"deletionVectors"}, {"appendOnly", "invariants", "deletionVectors"}}));
  EXPECT_NE(protocol_for(plain(), {{"delta.enableRowTracking", "true"}}).error().text().find("rowTracking"),
            std::string::npos);
  EXPECT_EQ(protocol_with({1, 4, {}, {}}, "domainMetadata").writer_features.size(), 6U);
}

TEST(TableFeatures, EveryFeatureThatIsSupportedOnlyUnusedKnowsWhenItIsUsed) {
  for (const TableFeature& feature : table_features()) {
    if (feature.read == Support::kInactive || feature.write == Support::kInactive) {
      EXPECT_NE(feature.is_active, nullptr) << feature.name;
    }
  }
}
}  // namespace
}  // namespace weir::delta
