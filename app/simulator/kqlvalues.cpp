#include "app/simulator/kql.h"

#include <algorithm>
#include <map>

namespace drover::simulator {

namespace {

bool sameValue(const Json &a, const Json &b, bool folded)
{
    if (a.is_number() && b.is_number())
        return a.get<double>() == b.get<double>();
    if (a.is_string() && b.is_string() && folded)
        return sameText(a.get_ref<const std::string &>(), b.get_ref<const std::string &>());
    return a == b;
}

bool wordsHold(const std::string &text, const std::string &word)
{
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const auto letter
            = [&](std::size_t i) { return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])); };
        if (!letter(at - 1) && !letter(at + word.size()))
            return true;
    }
    return false;
}

using TextTest = bool (*)(const std::string &, const std::string &);

const std::map<std::string, TextTest> &textTests()
{
    static const std::map<std::string, TextTest> all{
        {"contains", [](const std::string &text, const std::string &part) { return text.contains(part); }},
        {"startswith", [](const std::string &text, const std::string &part) { return text.starts_with(part); }},
        {"endswith", [](const std::string &text, const std::string &part) { return text.ends_with(part); }},
        {"has", wordsHold},
    };
    return all;
}

bool holds(const std::string &sign, const Json &left, const Json &right)
{
    if (sign == "==" || sign == "=~")
        return sameValue(left, right, sign == "=~");
    if (sign == "!=" || sign == "!~")
        return !sameValue(left, right, sign == "!~");
    const bool negated = sign.starts_with('!');
    if (const auto test = textTests().find(negated ? sign.substr(1) : sign); test != textTests().end())
        return test->second(lower(kqlText(left)), lower(kqlText(right))) != negated;
    if (left.is_null() || right.is_null() || left.is_number() != right.is_number())
        return false;
    const bool less = kqlLess(left, right);
    const bool more = kqlLess(right, left);
    return sign == "<" ? less : sign == ">" ? more : sign == "<=" ? !more : !less;
}

bool isEmpty(const Json &value)
{
    return value.is_null() || kqlText(value).empty();
}

std::optional<double> numberOf(const Json &value)
{
    if (value.is_number())
        return value.get<double>();
    const std::string text = kqlText(value);
    char *end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    return text.empty() || *end != '\0' ? std::nullopt : std::optional(number);
}

using Function = Json (*)(const Json &);

const std::map<std::string, Function> &functions()
{
    static const std::map<std::string, Function> all{
        {"isnotempty", [](const Json &value) { return Json(!isEmpty(value)); }},
        {"isempty", [](const Json &value) { return Json(isEmpty(value)); }},
        {"isnull", [](const Json &value) { return Json(value.is_null()); }},
        {"isnotnull", [](const Json &value) { return Json(!value.is_null()); }},
        {"not", [](const Json &value) { return Json(!kqlTrue(value)); }},
        {"tostring", [](const Json &value) { return Json(kqlText(value)); }},
        {"tolower", [](const Json &value) { return Json(lower(kqlText(value))); }},
        {"array_length", [](const Json &value) { return value.is_array() ? Json(value.size()) : Json(); }},
        {"toint",
            [](const Json &value) {
                const std::optional<double> number = numberOf(value);
                return number ? Json(static_cast<std::int64_t>(*number)) : Json();
            }},
    };
    return all;
}

} // namespace

bool kqlTrue(const Json &value)
{
    return value.is_boolean() && value.get<bool>();
}

std::string kqlText(const Json &value)
{
    if (value.is_null())
        return {};
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool kqlLess(const Json &a, const Json &b)
{
    if (a.is_null() || b.is_null())
        return a.is_null() && !b.is_null();
    if (a.is_number() && b.is_number())
        return a.get<double>() < b.get<double>();
    return kqlText(a) < kqlText(b);
}

KqlValue kqlComparison(const std::string &sign, KqlValue left, KqlValue right)
{
    return [sign, left = std::move(left), right = std::move(right)](
               const Json &row) { return Json(holds(sign, left(row), right(row))); };
}

KqlValue kqlMembership(bool folded, bool negated, KqlValue left, std::vector<KqlValue> set)
{
    return [=](const Json &row) {
        const Json value = left(row);
        const bool found
            = std::ranges::any_of(set, [&](const KqlValue &one) { return sameValue(value, one(row), folded); });
        return Json(found != negated);
    };
}

KqlValue kqlMember(KqlValue object, KqlValue name)
{
    return [object = std::move(object), name = std::move(name)](const Json &row) {
        const Json holder = object(row);
        const Json key = name(row);
        if (holder.is_array() && key.is_number_unsigned() && key.get<std::size_t>() < holder.size())
            return holder[key.get<std::size_t>()];
        if (!holder.is_object() || !key.is_string())
            return Json();
        return holder.value(key.get<std::string>(), Json());
    };
}

std::optional<KqlValue> kqlFunction(const std::string &name, std::vector<KqlValue> arguments)
{
    if (name == "strcat" && !arguments.empty()) {
        return [arguments = std::move(arguments)](const Json &row) {
            std::string text;
            for (const KqlValue &argument : arguments)
                text += kqlText(argument(row));
            return Json(text);
        };
    }
    const auto found = functions().find(name == "tolong" ? "toint" : name);
    if (found == functions().end() || arguments.size() != 1)
        return std::nullopt;
    return [apply = found->second, argument = std::move(arguments.front())](
               const Json &row) { return apply(argument(row)); };
}

} // namespace drover::simulator
