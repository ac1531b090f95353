#include "tests/bench/bench.h"

#include "models/fleet/deviceindex.h"

#include <QHash>

using namespace Qt::StringLiterals;

namespace drover::bench {
namespace {

constexpr int devices = 1'000'000;

fleet::DeviceFact fact(int i)
{
    fleet::DeviceFact fact;
    fact.deviceId = "device-" + QByteArray::number(i).rightJustified(7, '0');
    fact.hub = "stamp-" + QByteArray::number(i % 10) + ".azure-devices.net";
    fact.connected = i % 25 != 0;
    fact.enabled = true;
    fact.lastActivityMs = 1'700'000'000'000 + i;
    fact.tags = R"({"site":"s)" + QByteArray::number(i % 50) + R"(","model":"m3"})";
    return fact;
}

struct Plain {
    QString deviceId, hub, tags;
    bool connected = false;
    qint64 lastActivity = 0;
};

} // namespace

void index()
{
    qsizetype bytes = 0;
    const double own = median(3, [&bytes] {
        fleet::DeviceIndex index;
        for (int i = 0; i < devices; ++i)
            index.mergeHub(fact(i));
        bytes = index.bytes();
    });
    const double peer = median(3, [] {
        std::vector<Plain> rows;
        QHash<QString, qsizetype> rowOf;
        for (int i = 0; i < devices; ++i) {
            const fleet::DeviceFact one = fact(i);
            rowOf.insert(QString::fromUtf8(one.deviceId), static_cast<qsizetype>(rows.size()));
            rows.push_back({QString::fromUtf8(one.deviceId), QString::fromUtf8(one.hub), QString::fromUtf8(*one.tags), *one.connected,
                *one.lastActivityMs});
        }
    });
    print({{u"figure"_s, u"index-build"_s}, {u"devices"_s, devices}, {u"ms"_s, own}, {u"peer"_s, u"vector of QStrings and a QHash"_s},
        {u"peerMs"_s, peer}, {u"ratio"_s, own / peer}, {u"bytesPerDevice"_s, static_cast<double>(bytes) / devices}});
}

} // namespace drover::bench
