#include "app/inventory/pages.h"

#include <simdjson.h>

#include <charconv>

using namespace Qt::StringLiterals;

namespace drover::inventory {
namespace {

using Element = simdjson::dom::element;

std::string_view textOf(Element object, std::string_view name)
{
    std::string_view text;
    return object[name].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

QByteArray bytesOf(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

std::optional<QByteArray> tagsOf(Element device)
{
    Element tags;
    if (device["tags"].get(tags) != simdjson::SUCCESS || !tags.is_object())
        return std::nullopt;
    return QByteArray::fromStdString(simdjson::minify(tags));
}

fleet::DeviceFact hubFact(Element device, const QByteArray &hub)
{
    fleet::DeviceFact fact;
    fact.deviceId = bytesOf(textOf(device, "deviceId"));
    fact.hub = hub;
    if (const std::string_view state = textOf(device, "connectionState"); !state.empty())
        fact.connected = state == "Connected";
    if (const std::string_view status = textOf(device, "status"); !status.empty())
        fact.enabled = status != "disabled";
    fact.lastActivityMs = parseTime(textOf(device, "lastActivityTime"));
    fact.tags = tagsOf(device);
    return fact;
}

fleet::DeviceFact tiesFact(Element entry, const QByteArray &hub)
{
    fleet::DeviceFact fact;
    fact.deviceId = bytesOf(textOf(entry, "deviceId"));
    fact.hub = hub;
    if (const std::string_view module = textOf(entry, "moduleId"); !module.empty()) {
        fact.ties.modules = fleet::isSystemModule(module) ? 0 : 1;
        return fact;
    }
    bool edge = false;
    fact.ties.edge = entry["capabilities"]["iotEdge"].get(edge) == simdjson::SUCCESS && edge;
    simdjson::dom::array parents;
    if (entry["parentScopes"].get(parents) == simdjson::SUCCESS && parents.size() > 0) {
        std::string_view scope;
        if (parents.at(0).get(scope) == simdjson::SUCCESS)
            fact.ties.parent = fleet::edgeOfScope(scope);
    } else if (!fact.ties.edge) {
        fact.ties.parent = fleet::edgeOfScope(textOf(entry, "deviceScope"));
    }
    return fact;
}

fleet::DeviceFact registrationFact(Element registration, const QByteArray &group)
{
    fleet::DeviceFact fact;
    fact.registrationId = bytesOf(textOf(registration, "registrationId"));
    fact.deviceId = bytesOf(textOf(registration, "deviceId"));
    // A registration that was never assigned names no device yet.
    if (fact.deviceId.isEmpty())
        fact.deviceId = fact.registrationId;
    fact.hub = bytesOf(textOf(registration, "assignedHub")).toLower();
    fact.group = group;
    return fact;
}

template <typename Read>
Result<Facts> factsOf(const QByteArray &json, const QByteArray &owner, Read read)
{
    thread_local simdjson::dom::parser parser;
    simdjson::dom::array page;
    if (parser.parse(json.constData(), static_cast<size_t>(json.size())).get(page) != simdjson::SUCCESS)
        return fail(
            ErrorKind::Malformed, u"A page of devices of %1 is not a JSON list."_s.arg(QString::fromUtf8(owner)));
    Facts facts;
    facts.reserve(page.size());
    for (const Element element : page) {
        fleet::DeviceFact fact = read(element, owner);
        if (fact.deviceId.isEmpty())
            return fail(ErrorKind::Malformed,
                u"A page of devices of %1 has an entry without an id."_s.arg(QString::fromUtf8(owner)));
        facts.push_back(std::move(fact));
    }
    return facts;
}

bool number(std::string_view text, size_t from, size_t length, int &value)
{
    if (from + length > text.size())
        return false;
    const char *const begin = text.data() + from;
    const auto [end, error] = std::from_chars(begin, begin + length, value);
    return error == std::errc() && end == begin + length;
}

/// ".1234567" -> 123
int millisecondsIn(std::string_view fraction)
{
    int value = 0;
    int digits = 0;
    for (size_t i = 1; i < fraction.size() && fraction[i] >= '0' && fraction[i] <= '9' && digits < 3; ++i, ++digits)
        value = value * 10 + (fraction[i] - '0');
    for (; digits < 3; ++digits)
        value *= 10;
    return value;
}

} // namespace

std::optional<qint64> parseTime(std::string_view text)
{
    using namespace std::chrono;
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (!number(text, 0, 4, y) || !number(text, 5, 2, mo) || !number(text, 8, 2, d) || !number(text, 11, 2, h)
        || !number(text, 14, 2, mi) || !number(text, 17, 2, s) || y < 1970)
        return std::nullopt;
    const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
    if (!date.ok())
        return std::nullopt;
    const auto moment = sys_days(date) + hours(h) + minutes(mi) + seconds(s);
    const int ms = text.size() > 19 && text[19] == '.' ? millisecondsIn(text.substr(19)) : 0;
    return duration_cast<milliseconds>(moment.time_since_epoch()).count() + ms;
}

Result<Facts> factsOfHubPage(const QByteArray &json, const QByteArray &hub)
{
    return factsOf(json, hub, hubFact);
}

Result<Facts> factsOfTiesPage(const QByteArray &json, const QByteArray &hub)
{
    return factsOf(json, hub, tiesFact);
}

Result<Facts> factsOfRegistrationPage(const QByteArray &json, const QByteArray &group)
{
    return factsOf(json, group, registrationFact);
}

} // namespace drover::inventory
