#pragma once

#include "models/core/clock.h"
#include "models/core/ids.h"
#include "models/fleet/ties.h"

#include <QByteArray>
#include <QHash>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace drover::fleet {

/// One device as some page told it. Absent members leave what is known.
struct DeviceFact {
    QByteArray deviceId;
    /// Empty when only a hub told of the device.
    QByteArray registrationId;
    /// Lower case; empty when DPS knows the device but never assigned it.
    QByteArray hub;
    /// Enrollment group; empty for an individual enrollment, absent when not known.
    std::optional<QByteArray> group;
    std::optional<bool> connected;
    std::optional<bool> enabled;
    std::optional<qint64> lastActivityMs;
    /// Compact JSON of the twin's tags.
    std::optional<QByteArray> tags;
    /// What a page of IoT Edge devices or of modules adds to what is known; its modules are more, not all.
    Ties ties = {};
};

/// Every device of the fleet in columns: about 100 bytes each. A row never moves or goes while the index lives.
/// The key is (hub, device id): two hubs may each have a "Pump-7". A row without flags handed its device to another row
/// (DPS named the hub after both had told of the device) and stands for nothing.
class DeviceIndex final {
public:
    using Row = quint32;
    static constexpr quint16 noHub = 0xffff;
    static constexpr quint32 noGroup = 0xffffffff;
    enum Flag : quint8 { Connected = 1, Disabled = 2, OnHub = 4, InDps = 8, Individual = 16, ConnectionKnown = 32 };

    DeviceIndex();
    ~DeviceIndex();
    DeviceIndex(const DeviceIndex &);
    DeviceIndex &operator=(const DeviceIndex &);
    DeviceIndex(DeviceIndex &&) noexcept;
    DeviceIndex &operator=(DeviceIndex &&) noexcept;

    /// Adds or updates one device seen on its hub.
    Row mergeHub(const DeviceFact &fact);
    /// Adds or updates one device seen in DPS (a registration or an individual enrollment).
    Row mergeDps(const DeviceFact &fact);

    qsizetype size() const;
    std::string_view deviceId(Row row) const;
    /// The device's registration id; equal to the device id unless DPS told otherwise.
    std::string_view registrationId(Row row) const;
    quint16 hubOf(Row row) const;
    QString hubName(quint16 hub) const;
    quint32 groupOf(Row row) const;
    QString groupName(quint32 group) const;
    quint8 flags(Row row) const;
    std::optional<Instant> lastActivity(Row row) const;
    /// Compact JSON object, "{}" when none.
    std::string_view tags(Row row) const;
    /// Small number that equals for equal tags: compare once, answer for all.
    quint32 tagsKey(Row row) const;

    /// nullptr for a device that nothing hangs on.
    const Ties *ties(Row row) const;
    /// Every row with ties.
    const QHash<Row, Ties> &tied() const;

    std::optional<Row> find(std::string_view hub, std::string_view deviceId) const;
    /// Every row whose device or registration id equals the text, whatever the hub.
    std::vector<Row> named(std::string_view id) const;
    /// Rows whose ids begin with the text, at most `most`.
    std::vector<Row> beginning(std::string_view text, qsizetype most) const;
    std::vector<QString> hubs() const;
    std::vector<QString> groups() const;
    qsizetype bytes() const;

private:
    struct Columns;
    std::unique_ptr<Columns> d;
};

} // namespace drover::fleet
