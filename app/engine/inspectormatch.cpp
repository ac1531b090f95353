#include "app/engine/inspectormatch.h"

namespace drover::engine {
namespace {

using Rows = std::vector<fleet::DeviceIndex::Row>;

QString text(std::string_view ascii)
{
    return QString::fromUtf8(ascii.data(), static_cast<qsizetype>(ascii.size()));
}

QStringList idsOf(const fleet::DeviceIndex &index, const Rows &rows)
{
    QStringList ids;
    for (const auto row : rows)
        ids.append(text(index.deviceId(row)));
    ids.removeDuplicates();
    return ids;
}

/// Rows of one device more than `most`, if there are as many: a device that two hubs hold has two rows.
Rows beginning(const fleet::DeviceIndex &index, std::string_view id, qsizetype most)
{
    for (qsizetype asked = most + 1;; asked *= 2) {
        Rows rows = index.beginning(id, asked);
        if (std::ssize(rows) < asked || idsOf(index, rows).size() > most)
            return rows;
    }
}

} // namespace

Match matchOf(const fleet::DeviceIndex &index, const QString &id, qsizetype most)
{
    const QByteArray utf8 = id.toUtf8();
    const QByteArray lower = id.toLower().toUtf8();
    Match match{.registrationId = id, .deviceId = id};
    Rows rows = index.named({utf8.data(), static_cast<size_t>(utf8.size())});
    if (rows.empty()) {
        match.otherCase = idsOf(index, index.named({lower.data(), static_cast<size_t>(lower.size())}));
        rows = beginning(index, {utf8.data(), static_cast<size_t>(utf8.size())}, most);
    }
    match.several = idsOf(index, rows);
    match.more = match.several.size() > most;
    if (match.more)
        match.several = match.several.first(most);
    if (match.several.size() == 1) {
        match.several.clear();
        match.deviceId = text(index.deviceId(rows.front()));
        match.registrationId = text(index.registrationId(rows.front()));
        for (const auto row : rows)
            if (index.groupOf(row) != fleet::DeviceIndex::noGroup)
                match.group = index.groupName(index.groupOf(row));
    }
    return match;
}

} // namespace drover::engine
