#include "models/tables/devicerows.h"

#include "models/tables/devicecolumns.h"

#include <algorithm>
#include <optional>

namespace drover::tables {
namespace {

using fleet::DeviceIndex;
using Row = DeviceIndex::Row;
using Rows = DeviceQuestion::Rows;

/// Finds a text whatever its letter case; ids are ASCII, so no table of Unicode is needed for a million of them.
class Needle final {
public:
    explicit Needle(const QString &text)
    {
        for (const char c : text.toUtf8())
            m_text += folded(c);
    }

    bool isIn(std::string_view hay) const
    {
        const auto same = [](char a, char b) { return folded(a) == b; };
        return std::search(hay.begin(), hay.end(), m_text.begin(), m_text.end(), same) != hay.end();
    }
    bool isIn(const QString &hay) const { return isIn(hay.toStdString()); }

private:
    static char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

    std::string m_text;
};

std::vector<bool> matching(const Needle &needle, const std::vector<QString> &texts)
{
    std::vector<bool> found;
    for (const QString &text : texts)
        found.push_back(needle.isIn(text));
    return found;
}

Rows filtered(const DeviceIndex &index, const QString &text, const std::atomic_bool &stopped)
{
    const Needle needle(text);
    const std::vector<bool> hubs = matching(needle, index.hubs());
    const std::vector<bool> groups = matching(needle, index.groups());
    // One answer for all devices with the same tags.
    std::vector<std::optional<bool>> tags;
    const auto inTags = [&](Row row) {
        const quint32 key = index.tagsKey(row);
        if (key >= tags.size())
            tags.resize(key + 1);
        if (!tags[key])
            tags[key] = needle.isIn(index.tags(row));
        return *tags[key];
    };
    Rows rows;
    for (Row row = 0; row < static_cast<Row>(index.size()) && !stopped; ++row) {
        if (index.flags(row) == 0)
            continue;
        const quint16 hub = index.hubOf(row);
        const quint32 group = index.groupOf(row);
        if (text.isEmpty() || (hub < hubs.size() && hubs[hub]) || (group < groups.size() && groups[group])
            || needle.isIn(index.deviceId(row)) || needle.isIn(index.registrationId(row)) || inTags(row))
            rows.push_back(row);
    }
    return rows;
}

} // namespace

bool DeviceQuestion::hasSameRowsAs(const DeviceQuestion &other) const
{
    return fleet == other.fleet && text == other.text && found == other.found;
}

Rows rowsFor(const DeviceQuestion &question, const std::atomic_bool &stopped)
{
    Rows rows = question.found ? *question.found : filtered(*question.fleet->devices, question.text, stopped);
    if (question.column < 0 || stopped)
        return rows;
    sortRows(*question.fleet, question.column, rows);
    if (question.order == Qt::DescendingOrder)
        std::reverse(rows.begin(), rows.end());
    return rows;
}

} // namespace drover::tables
