#pragma once

#include "models/plan/plan.h"

namespace drover::test {

/// A small world that a test bends to its needs: stamps alpha (source), beta and gamma, all linked and answering.
class SampleFleet {
public:
    SampleFleet();

    fleet::Stamp &stamp(const QString &name);
    fleet::Stamp &addStamp(const QString &name);
    /// A symmetric-key group that names alpha.
    fleet::Enrollment &addGroup(const QString &id, const QByteArray &attestation = "symmetricKey");
    /// An individual enrollment, its registration and its device on the stamp's hub.
    fleet::Enrollment &addIndividual(const QString &registrationId, const QString &deviceId, const QString &stampName);
    /// Registered devices "PREFIX-0" … of a group, connected, on the stamp's hub.
    void addDevices(const QString &group, const QString &prefix, int count, const QString &stampName);
    void addDevice(const fleet::DeviceFact &fact);

    /// The fleet with its index; populations are what the index holds.
    fleet::Fleet fleet() const;

    fleet::Fleet value;

private:
    fleet::DeviceIndex m_index;
};

QByteArray hostOf(const QString &stampName);
plan::Move moveOf(const QString &set, const QString &to);
const plan::Check *checkOf(const std::vector<plan::Check> &checks, const QString &id);

} // namespace drover::test
