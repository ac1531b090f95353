#include "models/fleet/setsonstamps.h"

#include <QRegularExpression>

#include <set>

using namespace Qt::StringLiterals;

namespace drover::fleet {
namespace {

const QString individualsTitle = u"individual enrollments"_s;
const QString partTitle = u"part of "_s;

/// Devices by hub and group; the two columns after the groups are individual enrollments and devices unknown to DPS.
class Counts {
public:
    explicit Counts(const DeviceIndex &index)
        : m_groups(index.groups().size())
        , m_columns(m_groups + 2)
        , m_cells(index.hubs().size() * m_columns)
        , m_totals(m_columns)
    {
        for (DeviceIndex::Row row = 0; row < index.size(); ++row)
            add(index, row);
    }

    size_t groups() const { return m_groups; }
    qint64 at(size_t hub, size_t column) const { return m_cells[hub * m_columns + column]; }
    qint64 total(size_t column) const { return m_totals[column]; }

private:
    void add(const DeviceIndex &index, DeviceIndex::Row row)
    {
        const quint32 group = index.groupOf(row);
        const bool individual = (index.flags(row) & DeviceIndex::Individual) != 0;
        const size_t column = individual ? m_groups : group < m_groups ? group : m_groups + 1;
        ++m_totals[column];
        const size_t cell = index.hubOf(row) * m_columns + column;
        if (index.hubOf(row) != DeviceIndex::noHub && cell < m_cells.size())
            ++m_cells[cell];
    }

    size_t m_groups;
    size_t m_columns;
    std::vector<qint64> m_cells;
    std::vector<qint64> m_totals;
};

QString quoted(QString text)
{
    return u'\'' + text.replace(u'\'', u"''"_s) + u'\'';
}

DeviceSet byQuery(const QString &query)
{
    return {.kind = DeviceSet::Kind::Where, .text = query, .ids = {}};
}

std::vector<SetOnStamp> setsOf(const Stamp &stamp, size_t hub, const Counts &counts, const std::vector<QString> &groups)
{
    std::vector<SetOnStamp> sets;
    for (size_t group = 0; group < groups.size(); ++group) {
        const qint64 here = counts.at(hub, group);
        if (here == 0)
            continue;
        // Only the part that is here hangs on this card; the group itself is moved when all of it is.
        const bool whole = here == counts.total(group);
        sets.push_back({.title = whole ? groups[group] : partTitle + groups[group],
            .set = whole ? DeviceSet {.kind = DeviceSet::Kind::Group, .text = groups[group], .ids = {}}
                         : byQuery(u"group = %1 AND hub = %2"_s.arg(quoted(groups[group]), quoted(stamp.hub.text()))),
            .facts = {.devices = here, .sources = {stamp.hub}}});
    }
    std::ranges::sort(sets, {}, [](const SetOnStamp &set) { return std::pair(-set.facts.devices, set.title); });
    if (const qint64 individuals = counts.at(hub, counts.groups()); individuals > 0)
        sets.push_back({.title = individualsTitle,
            .set = byQuery(u"NOT is_defined(group) AND hub = %1"_s.arg(quoted(stamp.hub.text()))),
            .facts = {.devices = individuals, .sources = {stamp.hub}}});
    if (const qint64 unknown = counts.at(hub, counts.groups() + 1); unknown > 0)
        sets.push_back({.title = u"not seen in DPS"_s, .set = {}, .facts = {.devices = unknown, .sources = {stamp.hub}}});
    return sets;
}

} // namespace

std::map<StampName, std::vector<SetOnStamp>> setsOnStamps(const Fleet &fleet)
{
    const Counts counts(*fleet.devices);
    const std::vector<QString> hubs = fleet.devices->hubs();
    const std::vector<QString> groups = fleet.devices->groups();
    std::map<StampName, std::vector<SetOnStamp>> all;
    for (size_t hub = 0; hub < hubs.size(); ++hub) {
        if (const Stamp *stamp = fleet.stampOfHub(hubs[hub]))
            all[stamp->name] = setsOf(*stamp, hub, counts, groups);
    }
    return all;
}

std::optional<QString> titleOnStamp(const DeviceSet &set)
{
    static const QRegularExpression individuals(u"^NOT is_defined\\(group\\) AND hub = '[^']*'$"_s);
    static const QRegularExpression part(u"^group = '((?:[^']|'')*)' AND hub = '[^']*'$"_s);
    if (set.kind != DeviceSet::Kind::Where)
        return std::nullopt;
    if (individuals.match(set.text).hasMatch())
        return individualsTitle;
    if (const auto match = part.match(set.text); match.hasMatch())
        return partTitle + match.captured(1).replace(u"''"_s, u"'"_s);
    return std::nullopt;
}

std::vector<QString> emptyGroups(const Fleet &fleet)
{
    std::set<QString> inhabited;
    for (const QString &group : fleet.devices->groups())
        inhabited.insert(group.toCaseFolded());
    std::vector<QString> empty;
    for (const auto &[folded, group] : fleet.groups) {
        if (!inhabited.contains(folded.toCaseFolded()))
            empty.push_back(group.id);
    }
    return empty;
}

} // namespace drover::fleet
