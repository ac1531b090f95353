#include "models/fleet/deviceset.h"

#include "models/core/words.h"
#include "models/fleet/idlist.h"
#include "models/fleet/rowhash.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <ranges>

using namespace Qt::StringLiterals;

namespace drover::fleet {
namespace {

using Row = DeviceIndex::Row;

struct KindName {
    QLatin1StringView prefix;
    DeviceSet::Kind kind;
};
constexpr std::array kinds{KindName{"group"_L1, DeviceSet::Kind::Group}, KindName{"where"_L1, DeviceSet::Kind::Where},
    KindName{"file"_L1, DeviceSet::Kind::File}, KindName{"stamp"_L1, DeviceSet::Kind::Stamp},
    KindName{"ids"_L1, DeviceSet::Kind::Ids}};

template <typename Match>
std::vector<Row> rowsThat(const DeviceIndex &index, Match match)
{
    std::vector<Row> rows;
    for (Row row = 0; row < static_cast<Row>(index.size()); ++row) {
        if (index.flags(row) != 0 && match(row))
            rows.push_back(row);
    }
    return rows;
}

Result<Selection> selectGroup(const Fleet &fleet, const QString &name)
{
    const DeviceIndex &index = *fleet.devices;
    const std::vector<QString> names = index.groups();
    std::vector<bool> wanted(names.size());
    for (size_t i = 0; i < names.size(); ++i)
        wanted[i] = names[i].compare(name, Qt::CaseInsensitive) == 0;
    const bool known = std::find(wanted.cbegin(), wanted.cend(), true) != wanted.cend();
    if (!known && !fleet.groups.contains(name.toLower())) {
        constexpr size_t shown = 8;
        QStringList others;
        for (const auto &[key, group] : fleet.groups | std::views::take(shown))
            others.append(group.id);
        if (fleet.groups.size() > shown)
            others.append(u"…"_s);
        return fail(ErrorKind::Usage, u"There is no enrollment group \"%1\"."_s.arg(name),
            others.isEmpty() ? u"This fleet has none."_s : u"This fleet has %1."_s.arg(others.join(u", "_s)));
    }
    return Selection{rowsThat(index,
                         [&](Row row) {
                             const quint32 group = index.groupOf(row);
                             return group < wanted.size() && wanted[group];
                         }),
        {}};
}

Result<Selection> selectStamp(const Fleet &fleet, const QString &name)
{
    const std::optional<StampName> id = StampName::parse(name);
    const Stamp *stamp = id ? fleet.stamp(*id) : nullptr;
    if (stamp == nullptr)
        return fail(ErrorKind::Usage, u"There is no stamp \"%1\"."_s.arg(name), u"Choose one of the fleet's stamps."_s);
    const DeviceIndex &index = *fleet.devices;
    const std::vector<QString> hubs = index.hubs();
    const auto hub = std::find(hubs.cbegin(), hubs.cend(), stamp->hub.text()) - hubs.cbegin();
    return Selection{rowsThat(index, [&](Row row) { return index.hubOf(row) == hub; }), {}};
}

/// A device of the index whose id differs in letter case alone, for the error's sentence.
std::optional<QString> otherCase(const DeviceIndex &index, const QByteArray &id)
{
    const std::string_view wanted(id.constData(), static_cast<size_t>(id.size()));
    for (Row row = 0; row < static_cast<Row>(index.size()); ++row) {
        if (index.flags(row) != 0 && equalFolded(index.deviceId(row), wanted))
            return QString::fromUtf8(index.deviceId(row));
    }
    return std::nullopt;
}

Failure unknownIds(const DeviceIndex &index, const ListedId &first, qsizetype count)
{
    const QString id = QString::fromUtf8(first.id.left(128));
    const std::optional<QString> similar = otherCase(index, first.id);
    const QString where = first.line > 0 ? u"Line %1 names"_s.arg(first.line) : u"The set names"_s;
    QString what = similar ? u"%1 \"%2\", but the device is spelled \"%3\"; letter case matters."_s.arg(where, id, *similar)
                           : u"%1 \"%2\", which is no device of this fleet."_s.arg(where, id);
    if (count > 1)
        what += u" The list has %1 like it."_s.arg(counted(count, first.line > 0 ? u"line"_s : u"ID"_s));
    return fail(ErrorKind::Usage, what, u"Correct the list, or take those lines out, and try again."_s);
}

void noteDuplicates(Selection &selection, const std::vector<int> &lines)
{
    if (!lines.empty())
        selection.notes.push_back(u"%1 repeated a device that the list had named before; the first is line %2."_s
                .arg(counted(static_cast<qint64>(lines.size()), u"line"_s))
                .arg(lines.front()));
}

bool isNamed(const DeviceIndex &index, const QByteArray &id)
{
    return !index.named({id.constData(), static_cast<size_t>(id.size())}).empty();
}

/// Ids that were picked or typed, taken as they are; only what is no device is taken apart at its commas, which are legal
/// in an id.
std::vector<ListedId> pickedIds(const DeviceIndex &index, const QByteArray &lines)
{
    std::vector<ListedId> ids;
    for (const QByteArray &line : lines.split('\n')) {
        const bool isWhole = !line.contains(',') || isNamed(index, line);
        for (const QByteArray &id : isWhole ? QByteArrayList{line} : line.split(',')) {
            if (!id.isEmpty())
                ids.push_back({.id = id});
        }
    }
    return ids;
}

Result<Selection> selectIds(const DeviceIndex &index, const std::vector<ListedId> &ids)
{
    std::vector<bool> taken(static_cast<size_t>(index.size()));
    std::vector<int> repeated;
    const ListedId *unknown = nullptr;
    qsizetype unknownCount = 0;
    for (const ListedId &listed : ids) {
        const std::vector<Row> rows = index.named({listed.id.constData(), static_cast<size_t>(listed.id.size())});
        if (rows.empty()) {
            unknown = unknown ? unknown : &listed;
            ++unknownCount;
        } else if (taken[rows.front()] && listed.line > 0) {
            repeated.push_back(listed.line);
        }
        for (const Row row : rows)
            taken[row] = true;
    }
    if (unknown != nullptr)
        return unknownIds(index, *unknown, unknownCount);

    Selection selection{rowsThat(index, [&](Row row) { return taken[row]; }), {}};
    noteDuplicates(selection, repeated);
    return selection;
}

Result<Selection> selectListed(const DeviceIndex &index, const QByteArray &contents)
{
    const Result<IdList> list = readIds(contents);
    if (!list)
        return Failure(list.error());
    Result<Selection> selection = selectIds(index, list->ids);
    if (selection && list->isFirstOfMany)
        selection->notes.push_back(u"The list has no line that names its columns: the first one was taken for the IDs, the others were left out."_s);
    return selection;
}

} // namespace

Result<DeviceSet> DeviceSet::parse(const QString &text)
{
    const qsizetype colon = text.indexOf(u':');
    const QString prefix = text.left(std::max<qsizetype>(0, colon)).trimmed().toLower();
    const QString rest = text.mid(colon + 1).trimmed();
    for (const KindName &name : kinds) {
        if (prefix != name.prefix || rest.isEmpty())
            continue;
        if (name.kind != Kind::Ids)
            return DeviceSet{name.kind, rest, {}};
        static const QRegularExpression space(u"\\s+"_s);
        return DeviceSet{name.kind, {}, rest.split(space, Qt::SkipEmptyParts).join(u'\n').toUtf8()};
    }
    return fail(ErrorKind::Usage, u"\"%1\" is no device set."_s.arg(text.left(120)),
        u"Write group:NAME, where:QUERY, file:IDS.csv, stamp:NAME or \"ids:ID ID …\""_s);
}

QString DeviceSet::toString() const
{
    const auto name
        = std::find_if(kinds.begin(), kinds.end(), [this](const KindName &row) { return row.kind == kind; });
    QString rest = text;
    if (kind == Kind::Ids)
        rest = QString::fromUtf8(ids).trimmed().replace(u'\n', u' ');
    return name->prefix + u':' + rest;
}

Result<Selection> select(const Fleet &fleet, const DeviceSet &set)
{
    switch (set.kind) {
    case DeviceSet::Kind::Group:
        return selectGroup(fleet, set.text);
    case DeviceSet::Kind::Stamp:
        return selectStamp(fleet, set.text);
    case DeviceSet::Kind::File:
        return selectListed(*fleet.devices, set.ids);
    case DeviceSet::Kind::Ids:
        return selectIds(*fleet.devices, pickedIds(*fleet.devices, set.ids));
    case DeviceSet::Kind::Where:
        break;
    }
    Result<std::vector<Row>> rows = where(fleet, set.text);
    if (!rows)
        return Failure(rows.error());
    return Selection{std::move(*rows), {}};
}

Result<SetFacts> factsOf(const Fleet &fleet, const DeviceSet &set)
{
    const Result<Selection> selection = select(fleet, set);
    if (!selection)
        return Failure(selection.error());
    SetFacts facts {.devices = static_cast<qint64>(selection->rows.size()), .sources = {}};
    std::vector<bool> seen(DeviceIndex::noHub + 1);
    for (const DeviceIndex::Row row : selection->rows) {
        const quint16 hub = fleet.devices->hubOf(row);
        if (hub == DeviceIndex::noHub || seen[hub])
            continue;
        seen[hub] = true;
        if (const auto name = HubHostName::parse(fleet.devices->hubName(hub)))
            facts.sources.push_back(*name);
    }
    return facts;
}

} // namespace drover::fleet
