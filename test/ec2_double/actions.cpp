#include "ec2_double/actions.hpp"

#include <algorithm>
#include <charconv>

#include "ec2_double/draw.hpp"

namespace ec2_double {
namespace {

// One step of a pattern: a character, or a wildcard.
struct Token {
  enum class Kind { literal, any_one, any_many } kind;
  char character;
};

std::vector<Token> tokens_of(std::string_view pattern) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      tokens.push_back({Token::Kind::literal, pattern[++i]});
    } else if (pattern[i] == '*') {
      tokens.push_back({Token::Kind::any_many, '*'});
    } else {
      tokens.push_back({pattern[i] == '?' ? Token::Kind::any_one : Token::Kind::literal, pattern[i]});
    }
  }
  return tokens;
}

// A token says where it goes on, and of which query it is.
std::string token_mark(const Call& call) {
  const auto query = call.params.text("Action") + '\n' + call.params.canonical({"NextToken", "MaxResults"});
  return std::to_string(hash(query)) + '-';
}

std::size_t first_of(const Call& call, const std::string& token, std::size_t total) {
  const auto mark = token_mark(call);
  std::size_t first = 0;
  const char* end = token.data() + token.size();
  const bool ours = token.starts_with(mark);
  const auto read = std::from_chars(token.data() + (ours ? mark.size() : 0), end, first);
  if (!ours || read.ec != std::errc() || read.ptr != end)
    throw Error{"InvalidNextToken", "The token '" + token + "' is invalid"};
  return std::min(first, total);  // what was listed may have become shorter
}

}  // namespace

const Actions& all_actions() {
  static const Actions kAll = [] {
    Actions all;
    for (auto* part :
         {address_actions, interface_actions, instance_actions, network_actions, tag_actions, sts_actions})
      all.merge(part());
    return all;
  }();
  return kAll;
}

void put(pugi::xml_node node, const char* name, std::string_view value) {
  if (!value.empty()) node.append_child(name).text().set(std::string(value).c_str());
}
void put(pugi::xml_node node, const char* name, const char* value) {
  put(node, name, std::string_view(value));
}
void put(pugi::xml_node node, const char* name, bool value) {
  node.append_child(name).text().set(value);
}
void put(pugi::xml_node node, const char* name, int value) {
  node.append_child(name).text().set(value);
}

void put_tags(pugi::xml_node node, const Tags& tags) {
  auto set = node.append_child("tagSet");
  for (const auto& [key, value] : tags) {
    auto item = set.append_child("item");
    item.append_child("key").text().set(key.c_str());
    item.append_child("value").text().set(value.c_str());
  }
}

void put_done(Call& call) {
  put(call.answer, "return", true);
}

bool wildcard_match(std::string_view pattern, std::string_view text) {
  // The usual case, for which listings of thousands are asked with hundreds of values.
  if (pattern.find_first_of("*?\\") == std::string_view::npos) return pattern == text;
  const auto tokens = tokens_of(pattern);
  std::size_t at = 0, token = 0;
  // The last "*", and up to where it has taken the text: from there the rest is tried again.
  std::optional<std::size_t> star;
  std::size_t taken = 0;
  while (at < text.size()) {
    const bool more = token < tokens.size();
    if (more && tokens[token].kind == Token::Kind::any_many) {
      star = token++;
      taken = at;
    } else if (more && (tokens[token].kind == Token::Kind::any_one || tokens[token].character == text[at])) {
      ++token;
      ++at;
    } else if (star) {
      token = *star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  while (token < tokens.size() && tokens[token].kind == Token::Kind::any_many) ++token;
  return token == tokens.size();
}

bool matches(const std::vector<Filter>& filters, const ValuesOf& values_of) {
  bool all = true;
  for (const auto& filter : filters) {
    const auto values = values_of(filter.name);
    if (!values) throw Error{"InvalidParameterValue", "The filter '" + filter.name + "' is invalid"};
    const auto wanted = [&](const std::string& value) {
      return std::any_of(filter.values.begin(), filter.values.end(),
                         [&](const std::string& pattern) { return wildcard_match(pattern, value); });
    };
    all = std::any_of(values->begin(), values->end(), wanted) && all;
  }
  return all;
}

std::optional<std::vector<std::string>> tag_values(const Tags& tags, std::string_view filter_name) {
  constexpr std::string_view kTag = "tag:";
  std::vector<std::string> values;
  if (filter_name == "tag-key") {
    for (const auto& [key, value] : tags) values.push_back(key);
    return values;
  }
  if (!filter_name.starts_with(kTag)) return std::nullopt;
  const auto tag = tags.find(std::string(filter_name.substr(kTag.size())));
  if (tag != tags.end()) values.push_back(tag->second);
  return values;
}

PageRange page(Call& call, std::size_t total, int least, int most, bool by_id, std::optional<int> otherwise) {
  const auto wanted = call.params.number("MaxResults");
  if (wanted && by_id)
    throw Error{"InvalidParameterCombination", "The parameter MaxResults can't be used together with ids"};
  if (wanted && (*wanted < least || *wanted > most))
    throw Error{"InvalidParameterValue",
                "Value (" + std::to_string(*wanted) +
                    ") for parameter maxResults is invalid. Expecting a value between " +
                    std::to_string(least) + " and " + std::to_string(most)};
  PageRange range;
  if (call.params.has("NextToken")) range.first = first_of(call, call.params.text("NextToken"), total);
  range.count = total - range.first;
  if (const auto limit = wanted ? wanted : otherwise)
    range.count = std::min(range.count, static_cast<std::size_t>(*limit));
  const auto next = range.first + range.count;
  if (next < total) put(call.answer, "nextToken", token_mark(call) + std::to_string(next));
  return range;
}

}  // namespace ec2_double
