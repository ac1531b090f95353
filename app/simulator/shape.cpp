#include "app/simulator/shape.h"

#include <algorithm>

namespace drover::simulator {

namespace {

using Kind = ShapeMember::Kind;

/// Null if it is absent, or on the way to it something is that has no members.
const Json *memberAt(const Json &document, std::string_view path)
{
    const Json *at = &document;
    for (const std::string &name : split(path, '.')) {
        if (!at->is_object())
            return nullptr;
        const auto found = at->find(name);
        if (found == at->end() || found->is_null())
            return nullptr;
        at = &*found;
    }
    return at;
}

bool fits(const Json &value, const ShapeMember &member)
{
    switch (member.kind) {
    case Kind::Object: return value.is_object();
    case Kind::List: return value.is_array();
    case Kind::Boolean: return value.is_boolean();
    case Kind::Text: break;
    }
    return value.is_string()
        && (member.texts.empty() || std::ranges::any_of(member.texts, [&](std::string_view one) {
               return sameText(one, value.get_ref<const std::string &>());
           }));
}

std::string wanted(const ShapeMember &member)
{
    switch (member.kind) {
    case Kind::Object: return "an object";
    case Kind::List: return "a list";
    case Kind::Boolean: return "true or false";
    case Kind::Text: break;
    }
    std::string result;
    for (std::size_t i = 0; i < member.texts.size(); ++i)
        result += (i == 0 ? "" : i + 1 == member.texts.size() ? " or " : ", ") + std::string(member.texts[i]);
    return result.empty() ? "a text" : result;
}

} // namespace

std::optional<std::string> wrongShape(const Json &document, std::span<const ShapeMember> members)
{
    for (const ShapeMember &member : members) {
        const Json *value = memberAt(document, member.path);
        if (value && !fits(*value, member))
            return std::string(member.path) + " must be " + wanted(member) + ".";
    }
    return std::nullopt;
}

} // namespace drover::simulator
