#include "tests/bench/bench.h"

#include "models/tables/devicetablemodel.h"
#include "ui/devices/devicespage.h"

#include <QApplication>
#include <QTableView>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace drover::bench {
namespace {

constexpr int devicesOfTheDemo = 412'000;

std::shared_ptr<const fleet::Fleet> demoFleet()
{
    auto index = std::make_shared<fleet::DeviceIndex>();
    for (int i = 0; i < devicesOfTheDemo; ++i) {
        const QByteArray id = "meter-" + QByteArray::number((i * 7919LL) % devicesOfTheDemo).rightJustified(6, '0');
        index->mergeHub({.deviceId = id,
            .registrationId = {},
            .hub = "eu-" + QByteArray::number(i % 8) + ".azure-devices.net",
            .group = "group-" + QByteArray::number(i % 12),
            .connected = i % 5 != 0,
            .enabled = true,
            .lastActivityMs = 1'700'000'000'000 + (i * 104'729LL) % 86'400'000,
            .tags = R"({"site":")" + QByteArray::number(i % 40) + R"("})"});
    }
    auto fleet = std::make_shared<fleet::Fleet>();
    fleet->devices = std::move(index);
    return fleet;
}

/// The longest time in which the window answered nothing, from `work` until everything it led to is on the screen.
double longestStall(const std::function<void()> &work)
{
    constexpr int watchedMs = 3'000;
    double worst = 0;
    QElapsedTimer sinceBeat;
    QTimer beat;
    beat.setTimerType(Qt::PreciseTimer);
    QObject::connect(&beat, &QTimer::timeout, &beat, [&] {
        worst = std::max(worst, static_cast<double>(sinceBeat.nsecsElapsed()) / 1e6);
        sinceBeat.start();
    });
    beat.start(1);
    sinceBeat.start();
    QTimer::singleShot(20, &beat, work);
    QEventLoop loop;
    QTimer::singleShot(watchedMs, &loop, &QEventLoop::quit);
    loop.exec();
    return worst;
}

} // namespace

void table()
{
    tables::DeviceTableModel model;
    ui::DevicesPage page;
    page.resize(1280, 720);
    page.setModel(model);
    page.show();
    const auto fleet = demoFleet();
    const auto tell = [](const QString &what, const std::function<void()> &work) {
        print({{u"figure"_s, u"table-stall"_s}, {u"devices"_s, devicesOfTheDemo}, {u"after"_s, what},
            {u"ms"_s, longestStall(work)}});
    };
    tell(u"the first look"_s, [&] { model.setFleet(fleet); });
    tell(u"a click on Last activity"_s,
        [&] { model.sort(tables::DeviceTableModel::ActivityColumn, Qt::DescendingOrder); });
    tell(u"a click on Device ID"_s, [&] { model.sort(tables::DeviceTableModel::DeviceColumn, Qt::AscendingOrder); });
    tell(u"a letter in the filter"_s, [&] { model.setFilter(u"7"_s); });
    auto *table = page.findChild<QTableView *>(u"devices"_s);
    tell(u"an empty filter"_s, [&] { model.setFilter({}); });
    tell(u"selecting all"_s, [&] { table->selectAll(); });
    tell(u"sorting what is selected"_s, [&] { model.sort(tables::DeviceTableModel::TagsColumn, Qt::AscendingOrder); });
}

} // namespace drover::bench
