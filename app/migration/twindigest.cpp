#include "app/migration/twindigest.h"

#include "models/core/json.h"

#include <QCryptographicHash>
#include <QMap>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

constexpr qsizetype partLength = 8;
constexpr int parts = 3;
/// One byte for the part, three for the name, four for the value.
constexpr qsizetype nameLength = 4;
constexpr qsizetype entryLength = 8;
constexpr qsizetype mostEntries = 64;
/// Ends a digest that has an entry for every value.
constexpr char whole = '.';

QByteArray hashOf(std::string_view text)
{
    return QCryptographicHash::hash(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())), QCryptographicHash::Sha256);
}

/// Members in order of name, so that two spellings of one document hash alike.
std::string spelled(const nlohmann::json &value)
{
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Its three parts; one that is no JSON is a text.
std::array<nlohmann::json, parts> partsOf(const backend::Twin &twin, const QString &ownProperty)
{
    std::array<nlohmann::json, parts> all;
    const std::array<const QByteArray *, parts> texts = {&twin.tags, &twin.desired, &twin.reported};
    for (size_t i = 0; i < all.size(); ++i) {
        all[i] = nlohmann::json::parse(texts[i]->constBegin(), texts[i]->constEnd(), nullptr, false);
        if (all[i].is_discarded())
            all[i] = texts[i]->toStdString();
    }
    if (!ownProperty.isEmpty() && all[1].is_object())
        all[1].erase(toStd(ownProperty));
    return all;
}

struct Value {
    QString name;
    /// As it stands in a digest.
    QByteArray entry;
};

void collect(const nlohmann::json &value, char part, const std::string &name, std::vector<Value> &values)
{
    if (value.is_object() && (!value.empty() || name.empty())) {
        for (const auto &[key, member] : value.items())
            collect(member, part, name.empty() ? key : name + '.' + key, values);
        return;
    }
    values.push_back({QString::fromStdString(name), part + hashOf(name).first(nameLength - 1) + hashOf(spelled(value)).first(entryLength - nameLength)});
}

std::vector<Value> valuesOf(const std::array<nlohmann::json, parts> &all)
{
    std::vector<Value> values;
    for (size_t i = 0; i < all.size(); ++i)
        collect(all[i], static_cast<char>(i), {}, values);
    return values;
}

QByteArray sectionsOf(const std::array<nlohmann::json, parts> &all)
{
    QByteArray digest;
    for (const nlohmann::json &each : all)
        digest += hashOf(each.is_string() ? each.get<std::string>() : spelled(each)).first(partLength);
    return digest;
}

/// Name and value of the entries of one part.
QMap<QByteArray, QByteArray> entriesOf(const QByteArray &digest, char part)
{
    QMap<QByteArray, QByteArray> entries;
    for (qsizetype at = parts * partLength; at + entryLength <= digest.size(); at += entryLength) {
        if (digest.at(at) == part)
            entries.insert(digest.mid(at, nameLength), digest.mid(at + nameLength, entryLength - nameLength));
    }
    return entries;
}

/// "site changed, zone is new, 1 is gone"
QString changesOf(QMap<QByteArray, QByteArray> before, char part, const std::vector<Value> &now)
{
    constexpr int most = 5;
    QStringList changes;
    int more = 0;
    const auto add = [&](const QString &change) { changes.size() < most ? changes.push_back(change) : void(++more); };
    for (const Value &value : now) {
        if (value.entry.front() != part)
            continue;
        const auto was = before.constFind(value.entry.first(nameLength));
        if (was == before.cend())
            add(u"%1 is new"_s.arg(value.name));
        else if (*was != value.entry.sliced(nameLength))
            add(u"%1 changed"_s.arg(value.name));
        before.remove(value.entry.first(nameLength));
    }
    if (!before.isEmpty())
        add(before.size() == 1 ? u"1 is gone"_s : u"%1 are gone"_s.arg(before.size()));
    if (more > 0)
        changes.push_back(u"and %1 more"_s.arg(more));
    return changes.join(u", "_s);
}

} // namespace

QByteArray digestOf(const backend::Twin &twin, const QString &ownProperty)
{
    const auto all = partsOf(twin, ownProperty);
    QByteArray digest = sectionsOf(all);
    const std::vector<Value> values = valuesOf(all);
    if (std::ssize(values) <= mostEntries) {
        for (const Value &value : values)
            digest += value.entry;
        digest += whole;
    }
    return digest;
}

QString differing(const QByteArray &before, const backend::Twin &twin, const QString &ownProperty)
{
    const auto all = partsOf(twin, ownProperty);
    const QByteArray sections = sectionsOf(all);
    // A digest of a journal of before, or of a twin with too many values, names the parts alone.
    const bool names = before.size() > parts * partLength && before.back() == whole && before.size() % entryLength == 1;
    const std::vector<Value> values = names ? valuesOf(all) : std::vector<Value>();
    QStringList differences;
    for (const auto &[part, name] :
        {std::pair(0, u"tags"_s), {1, u"desired properties"_s}, {2, u"reported properties"_s}}) {
        if (before.mid(part * partLength, partLength) == sections.mid(part * partLength, partLength))
            continue;
        const QString changes = names ? changesOf(entriesOf(before, static_cast<char>(part)), static_cast<char>(part), values) : QString();
        differences.push_back(changes.isEmpty() ? u"its %1"_s.arg(name) : u"its %1 (%2)"_s.arg(name, changes));
    }
    return differences.join(u" and "_s);
}

QString differingFromInitial(backend::Twin initial, const backend::Twin &now, const QString &ownProperty)
{
    initial.reported = now.reported;
    return differing(digestOf(initial, ownProperty), now, ownProperty);
}

backend::Twin initialTwinOf(const QByteArray &enrollment)
{
    const auto text = [](const nlohmann::json &json, const nlohmann::json::json_pointer &at) {
        nlohmann::json part = json.contains(at) && json[at].is_object() ? json[at] : nlohmann::json::object();
        for (const char *own : {"$metadata", "$version"})
            part.erase(own);
        return QByteArray::fromStdString(spelled(part));
    };
    const nlohmann::json record = nlohmann::json::parse(enrollment.constBegin(), enrollment.constEnd(), nullptr, false);
    backend::Twin twin;
    twin.tags = text(record, nlohmann::json::json_pointer("/initialTwin/tags"));
    twin.desired = text(record, nlohmann::json::json_pointer("/initialTwin/properties/desired"));
    return twin;
}

} // namespace drover::migration
