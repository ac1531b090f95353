#include "models/fleet/rules.h"

#include "models/core/json.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace drover::fleet {
namespace {

Instant instantOf(const QDateTime &time)
{
    return Instant(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

QDateTime localTime(Instant at, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count(), zone);
}

Failure wrong(const QString &place, const QString &what)
{
    return fail(ErrorKind::Malformed, u"In the rules, %1 %2."_s.arg(place, what), u"Correct it; README.md has an example."_s);
}

/// The first of several results that is an error; nullptr when all are fine.
template <typename... Results>
const Error *firstError(const Results &...results)
{
    const Error *first = nullptr;
    ((first = !first && !results ? &results.error() : first), ...);
    return first;
}

/// One object of the document, by its place; each member is asked for once, and what nobody asked for is refused.
class Entry final {
public:
    Entry(const Json &json, QString place)
        : m_json(json)
        , m_place(std::move(place))
    {
    }

    QString place(const QString &name) const { return m_place + u'.' + name; }
    const QString &place() const { return m_place; }
    bool has(const char *name) const { return member(m_json, name) != nullptr; }

    Result<QString> text(const char *name, bool isNeeded = true)
    {
        m_asked.insert(name);
        const Json *value = member(m_json, name);
        if (!value && !isNeeded)
            return QString();
        const std::optional<QString> text = textOf(value);
        if (!text || (isNeeded && text->trimmed().isEmpty()))
            return wrong(place(QString::fromLatin1(name)), u"is not a text"_s);
        return *text;
    }

    Result<std::vector<QString>> texts(const char *name)
    {
        m_asked.insert(name);
        std::vector<QString> texts;
        const Json *value = member(m_json, name);
        if (!value)
            return texts;
        if (!value->is_array())
            return wrong(place(QString::fromLatin1(name)), u"is not a list"_s);
        for (const Json &each : *value) {
            const std::optional<QString> text = textOf(&each);
            if (!text)
                return wrong(place(QString::fromLatin1(name)), u"holds what is not a text"_s);
            texts.push_back(*text);
        }
        return texts;
    }

    Result<std::set<StampName>> stamps()
    {
        const Result<std::vector<QString>> names = texts("stamps");
        if (!names)
            return Failure(names.error());
        std::set<StampName> stamps;
        for (const QString &name : *names) {
            const std::optional<StampName> stamp = StampName::parse(name);
            if (!stamp)
                return wrong(place(u"stamps"_s), u"holds \"%1\", which cannot be a stamp's name"_s.arg(name));
            stamps.insert(*stamp);
        }
        return stamps;
    }

    Result<QTimeZone> zone()
    {
        const Result<QString> name = text("zone");
        if (!name)
            return Failure(name.error());
        const QTimeZone zone(name->toUtf8());
        if (!zone.isValid())
            return wrong(place(u"zone"_s), u"is no time zone such as Europe/Berlin"_s);
        return zone;
    }

    /// Names a member that nothing reads: a misspelled rule must not be a rule that does not hold.
    Result<void> nothingElse() const
    {
        for (const auto &[name, value] : m_json.items()) {
            if (!m_asked.contains(name))
                return wrong(place(QString::fromStdString(name)), u"is not a member that is known"_s);
        }
        return {};
    }

private:
    const Json &m_json;
    QString m_place;
    std::set<std::string> m_asked;
};

Result<Rule::Kind> kindOf(Entry &entry)
{
    const Result<QString> name = entry.text("kind");
    if (!name)
        return Failure(name.error());
    const QStringList kinds {u"residency"_s, u"together"_s, u"pinned"_s, u"excluded"_s};
    const auto at = kinds.indexOf(*name);
    if (at < 0)
        return wrong(entry.place(u"kind"_s), u"is none of %1"_s.arg(kinds.join(u", "_s)));
    return static_cast<Rule::Kind>(at);
}

Result<std::optional<DeviceSet>> devicesOf(Entry &entry, bool areNeeded)
{
    const Result<QString> text = entry.text("devices", areNeeded);
    if (!text)
        return Failure(text.error());
    if (text->isEmpty())
        return std::optional<DeviceSet>();
    const Result<DeviceSet> set = DeviceSet::parse(*text);
    if (!set)
        return wrong(entry.place(u"devices"_s), u"is no device set: %1"_s.arg(set.error().what));
    if (set->kind == DeviceSet::Kind::File)
        return wrong(entry.place(u"devices"_s), u"is a file; rules take group:, where: and stamp:"_s);
    return std::optional<DeviceSet>(*set);
}

Result<Rule> ruleOf(Entry entry)
{
    Rule rule;
    const Result<Rule::Kind> kind = kindOf(entry);
    if (!kind)
        return Failure(kind.error());
    rule.kind = *kind;
    const bool isOfDevices = rule.kind != Rule::Kind::Excluded;
    const bool isOfStamps = rule.kind == Rule::Kind::Residency || rule.kind == Rule::Kind::Excluded;
    const Result<QString> name = entry.text("name");
    const Result<QString> why = entry.text("why", false);
    Result<std::optional<DeviceSet>> devices = devicesOf(entry, isOfDevices);
    const Result<std::set<StampName>> stamps = entry.stamps();
    if (const Error *error = firstError(name, why, devices, stamps))
        return Failure(*error);
    if (isOfStamps && stamps->empty())
        return wrong(entry.place(u"stamps"_s), u"names no stamp"_s);
    if (!isOfStamps && !stamps->empty())
        return wrong(entry.place(u"stamps"_s), u"means nothing for a rule of this kind"_s);
    if (!isOfDevices && *devices)
        return wrong(entry.place(u"devices"_s), u"means nothing for a rule of this kind"_s);
    rule.name = *name;
    rule.why = *why;
    rule.devices = *std::move(devices);
    rule.stamps = *stamps;
    if (const Result<void> rest = entry.nothingElse(); !rest)
        return Failure(rest.error());
    return rule;
}

Result<QTime> timeOf(Entry &entry, const char *name)
{
    const Result<QString> text = entry.text(name);
    if (!text)
        return Failure(text.error());
    const QTime time = QTime::fromString(*text, u"HH:mm"_s);
    if (!time.isValid())
        return wrong(entry.place(QString::fromLatin1(name)), u"is no time of day such as 22:00"_s);
    return time;
}

Result<std::set<int>> daysOf(Entry &entry)
{
    static const QStringList names {u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};
    const Result<std::vector<QString>> texts = entry.texts("days");
    if (!texts)
        return Failure(texts.error());
    std::set<int> days;
    for (const QString &text : *texts) {
        const auto at = names.indexOf(text);
        if (at < 0)
            return wrong(entry.place(u"days"_s), u"holds \"%1\"; days are %2"_s.arg(text, names.join(u", "_s)));
        days.insert(static_cast<int>(at) + 1);
    }
    return days;
}

Result<Window> windowOf(Entry entry)
{
    const Result<std::set<StampName>> stamps = entry.stamps();
    const Result<QTimeZone> zone = entry.zone();
    const Result<std::set<int>> days = daysOf(entry);
    const Result<QTime> from = timeOf(entry, "from");
    const Result<QTime> to = timeOf(entry, "to");
    if (const Error *error = firstError(stamps, zone, days, from, to))
        return Failure(*error);
    if (*from == *to)
        return wrong(entry.place(), u"opens and closes at the same time"_s);
    if (const Result<void> rest = entry.nothingElse(); !rest)
        return Failure(rest.error());
    return Window{.stamps = *stamps, .zone = *zone, .days = *days, .from = *from, .to = *to};
}

Result<Instant> dateOf(Entry &entry, const char *name, const QTimeZone &zone)
{
    const Result<QString> text = entry.text(name);
    if (!text)
        return Failure(text.error());
    QDateTime time = QDateTime::fromString(*text, u"yyyy-MM-dd HH:mm"_s);
    if (!time.isValid())
        return wrong(entry.place(QString::fromLatin1(name)), u"is no time such as 2026-12-20 18:00"_s);
    time.setTimeZone(zone);
    return instantOf(time);
}

Result<Freeze> freezeOf(Entry entry)
{
    const Result<std::set<StampName>> stamps = entry.stamps();
    const Result<QTimeZone> zone = entry.zone();
    if (!stamps)
        return Failure(stamps.error());
    if (!zone)
        return Failure(zone.error());
    const Result<Instant> from = dateOf(entry, "from", *zone);
    const Result<Instant> to = dateOf(entry, "to", *zone);
    const Result<QString> why = entry.text("why", false);
    if (const Error *error = firstError(from, to, why))
        return Failure(*error);
    if (*to <= *from)
        return wrong(entry.place(), u"ends before it begins"_s);
    if (const Result<void> rest = entry.nothingElse(); !rest)
        return Failure(rest.error());
    return Freeze{.stamps = *stamps, .from = *from, .to = *to, .zone = *zone, .why = *why};
}

template <typename T>
Result<std::vector<T>> listOf(const Json &document, const char *name, Result<T> (*read)(Entry))
{
    std::vector<T> list;
    const Json *entries = member(document, name);
    if (!entries)
        return list;
    if (!entries->is_array())
        return wrong(QString::fromLatin1(name), u"is not a list"_s);
    for (const Json &json : *entries) {
        const QString place = u"%1[%2]"_s.arg(QLatin1StringView(name)).arg(list.size());
        if (!json.is_object())
            return wrong(place, u"is not an object"_s);
        Result<T> each = read(Entry(json, place));
        if (!each)
            return Failure(each.error());
        list.push_back(*std::move(each));
    }
    return list;
}

} // namespace

std::optional<Instant> Window::closes(Instant at) const
{
    const QDateTime now = localTime(at, zone);
    for (const int daysBack : {0, 1}) {
        const QDate day = now.date().addDays(-daysBack);
        if (!days.empty() && !days.contains(day.dayOfWeek()))
            continue;
        const QDateTime begin(day, from, zone);
        const QDateTime end(to > from ? day : day.addDays(1), to, zone);
        if (begin <= now && now < end)
            return instantOf(end);
    }
    return std::nullopt;
}

Instant Window::opens(Instant at) const
{
    const QDateTime now = localTime(at, zone);
    QDate day = now.date();
    while ((!days.empty() && !days.contains(day.dayOfWeek())) || QDateTime(day, from, zone) < now)
        day = day.addDays(1);
    return instantOf(QDateTime(day, from, zone));
}

Result<Rules> rulesFromJson(const QByteArray &json)
{
    const std::optional<Json> document = parseJson(json);
    if (!document || !document->is_object())
        return fail(ErrorKind::Malformed, u"The rules are not a JSON object."_s, u"Correct the file; README.md has an example."_s);
    for (const auto &[name, value] : document->items()) {
        if (name != "rules" && name != "windows" && name != "freezes" && name != "approvals")
            return wrong(QString::fromStdString(name), u"is not a member that is known"_s);
    }
    Result<std::vector<Rule>> rules = listOf<Rule>(*document, "rules", ruleOf);
    Result<std::vector<Window>> windows = listOf<Window>(*document, "windows", windowOf);
    Result<std::vector<Freeze>> freezes = listOf<Freeze>(*document, "freezes", freezeOf);
    if (!rules)
        return Failure(rules.error());
    if (!windows)
        return Failure(windows.error());
    if (!freezes)
        return Failure(freezes.error());
    std::set<StampName> approvals;
    if (const Json *asked = member(*document, "approvals")) {
        if (!asked->is_object())
            return wrong(u"approvals"_s, u"is not an object with a list \"stamps\""_s);
        Entry entry(*asked, u"approvals"_s);
        const Result<std::set<StampName>> stamps = entry.stamps();
        if (!stamps)
            return Failure(stamps.error());
        if (const Result<void> rest = entry.nothingElse(); !rest)
            return Failure(rest.error());
        approvals = *stamps;
    }
    return Rules{.rules = *std::move(rules), .windows = *std::move(windows), .freezes = *std::move(freezes), .approvals = approvals};
}

} // namespace drover::fleet
