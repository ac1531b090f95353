#include "models/plan/attached.h"

#include "models/core/words.h"

#include <QHash>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::DeviceIndex;
using Row = DeviceIndex::Row;

/// Row at the source and number of each planned device.
QHash<Row, int> numbersOf(const Facts &facts)
{
    QHash<Row, int> numbers;
    if (facts.fleet.devices->tied().isEmpty())
        return numbers;
    for (size_t i = 0; i < facts.rows.size(); ++i) {
        if (facts.rows[i])
            numbers.insert(*facts.rows[i], static_cast<int>(i));
    }
    return numbers;
}

/// The number of the planned device that is the parent of this row; -1 where it is none of the plan.
int parentOf(const Facts &facts, const QHash<Row, int> &numbers, Row child, const fleet::Ties &ties)
{
    const DeviceIndex &index = *facts.fleet.devices;
    const std::optional<Row> parent = index.find(index.hubName(index.hubOf(child)).toStdString(), ties.parent.toStdString());
    return parent ? numbers.value(*parent, -1) : -1;
}

struct Counts {
    qint64 edge = 0;
    qint64 modules = 0;
    qint64 withModules = 0;
    /// Children that go where their parent goes, that leave it, and that it leaves.
    qint64 along = 0;
    qint64 leaving = 0;
    qint64 left = 0;
};

Counts countsOf(const Facts &facts)
{
    const DeviceIndex &index = *facts.fleet.devices;
    const QHash<Row, int> numbers = numbersOf(facts);
    Counts counts;
    for (size_t i = 0; i < facts.devices.size(); ++i) {
        const fleet::Enrollment *record = facts.records[static_cast<size_t>(facts.devices[i].step)];
        const fleet::Ties *ties = facts.rows[i] ? index.ties(*facts.rows[i]) : nullptr;
        counts.edge += (record != nullptr && record->edge) || (ties != nullptr && ties->edge) ? 1 : 0;
    }
    for (const auto &[row, ties] : index.tied().asKeyValueRange()) {
        const int number = numbers.value(row, -1);
        if (number >= 0) {
            counts.modules += ties.modules;
            counts.withModules += ties.modules > 0 ? 1 : 0;
        }
        if (ties.parent.isEmpty())
            continue;
        const int parent = parentOf(facts, numbers, row, ties);
        if (number >= 0 && parent >= 0
            && facts.devices[static_cast<size_t>(number)].target == facts.devices[static_cast<size_t>(parent)].target)
            ++counts.along;
        else if (number >= 0)
            ++counts.leaving;
        else if (parent >= 0)
            ++counts.left;
    }
    return counts;
}

} // namespace

std::vector<Attached> attachedOf(const Facts &facts)
{
    const DeviceIndex &index = *facts.fleet.devices;
    const QHash<Row, int> numbers = numbersOf(facts);
    std::vector<Attached> all;
    for (size_t i = 0; i < facts.rows.size() && !numbers.isEmpty(); ++i) {
        const fleet::Ties *ties = facts.rows[i] ? index.ties(*facts.rows[i]) : nullptr;
        if (ties == nullptr)
            continue;
        Attached one{.device = static_cast<int>(i), .modules = ties->modules, .parent = {}};
        const int parent = ties->parent.isEmpty() ? -1 : parentOf(facts, numbers, *facts.rows[i], *ties);
        if (parent >= 0 && facts.devices[static_cast<size_t>(parent)].target == facts.devices[i].target)
            one.parent = QString::fromUtf8(ties->parent);
        if (one.modules > 0 || !one.parent.isEmpty())
            all.push_back(std::move(one));
    }
    return all;
}

std::vector<Attached> attachedOnTheWayBack(const Plan &past, std::span<const PlannedDevice> devices)
{
    QHash<QString, const Attached *> before;
    QHash<QString, HubHostName> homes;
    for (const Attached &one : past.attached)
        before.insert(past.devices[static_cast<size_t>(one.device)].registrationId, &one);
    if (before.isEmpty())
        return {};
    for (const PlannedDevice &device : devices)
        homes.insert(device.deviceId, device.target);
    std::vector<Attached> all;
    for (size_t i = 0; i < devices.size(); ++i) {
        const Attached *was = before.value(devices[i].registrationId, nullptr);
        if (was == nullptr)
            continue;
        const bool together = homes.value(was->parent) == devices[i].target;
        all.push_back({.device = static_cast<int>(i), .modules = was->modules, .parent = together ? was->parent : QString()});
    }
    return all;
}

Finding edgeDevices(const Facts &facts)
{
    const Counts counts = countsOf(facts);
    QStringList stays;
    if (counts.edge > 0 || counts.modules > 0)
        stays.append(u"%1 with %2 on %3: modules and their twins do not follow to the new hub"_s.arg(
            counted(counts.edge, u"IoT Edge device"_s), counted(counts.modules, u"module"_s),
            counted(counts.withModules, u"device"_s)));
    if (counts.along > 0)
        stays.append(u"%1 of IoT Edge devices that go along: the new hub does not know who their parents are"_s.arg(
            counts.along == 1 ? u"1 child"_s : grouped(counts.along) + u" children"_s));
    const qint64 parted = counts.leaving + counts.left;
    if (parted > 0)
        stays.append(u"%1 parted from the IoT Edge device that they connect through (%2 go, %3 stay)"_s.arg(
            parted == 1 ? u"1 child is"_s : grouped(parted) + u" children are"_s, grouped(counts.leaving),
            grouped(counts.left)));
    if (stays.isEmpty())
        return pass(u"No IoT Edge device, module or child of one is concerned."_s);
    QStringList remedies;
    if (counts.modules > 0 || counts.along > 0)
        remedies.append(u"Have modules and parents set on the target hub: a device is not verified without them."_s);
    else if (counts.edge > 0)
        remedies.append(u"Deploy the modules on the target hub before the move."_s);
    if (parted > 0)
        remedies.append(u"Take children and their parents into one move."_s);
    return warn(stays.join(u"; "_s) + u'.', remedies.join(u' '));
}

} // namespace drover::plan
