#include "app/simulator/reader.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace drover::simulator {

const Json *Reader::find(const char *member)
{
    m_known.emplace_back(member);
    if (!m_object.is_object())
        return nullptr;
    const auto found = m_object.find(member);
    return found == m_object.end() || found->is_null() ? nullptr : &*found;
}

void Reader::fail(const std::string &message, const char *member)
{
    if (m_error.empty())
        m_error = (m_place.empty() && !member ? "it" : m_place) + (member ? (m_place.empty() ? "" : ".") + std::string(member) : "") + " " + message;
}

std::string Reader::text(const char *member, std::optional<std::string> usual)
{
    const Json *value = find(member);
    if (!value && usual)
        return *usual;
    const bool mayBeEmpty = usual && usual->empty();
    if (!value || !value->is_string() || (value->get_ref<const std::string &>().empty() && !mayBeEmpty)) {
        fail("must be a text", member);
        return {};
    }
    return value->get<std::string>();
}

std::int64_t Reader::number(
    const char *member, std::int64_t least, std::int64_t most, std::optional<std::int64_t> usual)
{
    const Json *value = find(member);
    if (!value && usual)
        return *usual;
    if (!value || !value->is_number_integer() || value->get<std::int64_t>() < least || value->get<std::int64_t>() > most) {
        fail("must be a whole number from " + std::to_string(least) + " to " + std::to_string(most), member);
        return least;
    }
    return value->get<std::int64_t>();
}

double Reader::real(const char *member, double least, double most, double usual)
{
    const Json *value = find(member);
    if (!value)
        return usual;
    if (!value->is_number() || !(value->get<double>() >= least && value->get<double>() <= most)) {
        std::ostringstream range;
        range << std::setprecision(10) << "must be a number from " << least << " to " << most;
        fail(range.str(), member);
        return usual;
    }
    return value->get<double>();
}

bool Reader::flag(const char *member, bool usual)
{
    const Json *value = find(member);
    if (!value)
        return usual;
    if (!value->is_boolean())
        fail("must be true or false", member);
    return value->is_boolean() ? value->get<bool>() : usual;
}

std::pair<Millis, Millis> Reader::span(const char *member, std::pair<Millis, Millis> usual)
{
    const Json *value = find(member);
    if (!value)
        return usual;
    const bool good = value->is_array() && value->size() == 2 && (*value)[0].is_number() && (*value)[1].is_number()
        && (*value)[0].get<double>() >= 0 && (*value)[0].get<double>() <= (*value)[1].get<double>();
    if (!good) {
        fail("must be [least, most] in seconds", member);
        return usual;
    }
    return {static_cast<Millis>((*value)[0].get<double>() * 1000), static_cast<Millis>((*value)[1].get<double>() * 1000)};
}

Json Reader::value(const char *member)
{
    const Json *found = find(member);
    return found ? *found : Json();
}

std::vector<Json> Reader::list(const char *member)
{
    const Json *found = find(member);
    if (!found)
        return {};
    if (!found->is_array()) {
        fail("must be a list", member);
        return {};
    }
    return {found->begin(), found->end()};
}

void Reader::done()
{
    if (!m_object.is_object())
        return;
    for (const auto &[name, value] : m_object.items()) {
        if (std::ranges::find(m_known, name) == m_known.end())
            fail("is not known", name.c_str());
    }
}

} // namespace drover::simulator
