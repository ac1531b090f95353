#pragma once

#include "app/backend/http/gate.h"
#include "app/inventory/services.h"
#include "app/migration/effects.h"

#include <QHash>
#include <QSet>

namespace drover::migration {

/// Azure's side of a run: DPS for enrollments and registrations, hubs for twins, methods and identities.
class AzureEffects final : public Effects {
public:
    explicit AzureEffects(inventory::Services &services);

    Instant now() const override { return m_services.clock().now(); }
    QCoro::Task<bool> wait(Duration span, std::stop_token stop) override
    {
        return m_services.door().wait(span, std::move(stop));
    }
    qint64 calls() const override { return m_services.door().calls(); }
    QString slowed() const override;
    QString service() const override { return m_services.connection().dps.host; }
    void setSharers(int runs) override;

    void begin(const plan::Plan &plan, Snapshots kept) override;
    void setPace(double share) override;
    QCoro::Task<Result<void>> greet(std::stop_token stop) override;
    QCoro::Task<Result<std::vector<EnrollmentSnapshot>>> readEnrollments(std::stop_token stop) override;
    QCoro::Task<Result<std::vector<TwinSnapshot>>> readTwins(
        std::vector<run::DeviceIndex> devices, std::stop_token stop) override;
    QCoro::Task<Result<void>> drift(const run::RunMachine &known, int wave, std::stop_token stop) override;
    QCoro::Task<std::vector<run::WriteOutcome>> write(std::vector<run::StepIndex> steps) override;
    QCoro::Task<run::ReadBackDone> readBack(run::StepIndex step) override;
    QCoro::Task<run::TriggerOutcome> trigger(run::DeviceIndex device) override;
    QCoro::Task<std::vector<run::TriggerOutcome>> tell(Order order) override;
    QCoro::Task<Look> look(
        const run::RunMachine &known, std::vector<run::DeviceIndex> devices, std::stop_token stop) override;

private:
    using Listing = QHash<QString, fleet::Enrollment>;
    struct Looking;

    void applyShare();
    double looksPerMinute() const;
    const plan::Step &step(run::StepIndex index) const { return m_plan.steps[static_cast<size_t>(index)]; }
    const plan::PlannedDevice &device(run::DeviceIndex index) const
    {
        return m_plan.devices[static_cast<size_t>(index)];
    }
    static fleet::Enrollment::Kind kindOf(const plan::Step &step);

    // reading before
    QCoro::Task<Result<Listing>> listIndividuals(std::stop_token stop);
    QCoro::Task<Result<std::optional<fleet::Enrollment>>> find(
        fleet::Enrollment::Kind kind, QString id, std::stop_token stop);
    Result<EnrollmentSnapshot> compared(run::StepIndex index, const std::optional<fleet::Enrollment> &found) const;
    QCoro::Task<Result<std::vector<TwinSnapshot>>> twinsOf(
        QString hub, std::vector<run::DeviceIndex> devices, std::stop_token stop);
    /// Their IDs in lists that are short enough for a query each.
    std::vector<QStringList> listsOf(const std::vector<run::DeviceIndex> &devices) const;
    /// "deviceId IN ['a','b']"
    static QString isOneOf(const QStringList &ids);
    /// All devices of the hub when no ids are named.
    static QString queryFor(const QStringList &ids);
    QCoro::Task<Result<std::vector<backend::Twin>>> query(
        QString hub, QString text, std::stop_token stop, int *calls, int attempts);
    /// Twins of these devices: asked by name, or out of the whole listing where that takes fewer calls.
    QCoro::Task<Result<std::vector<backend::Twin>>> twinsNamed(
        QString hub, std::vector<run::DeviceIndex> devices, std::stop_token stop, int *calls, int attempts = backend::usualAttempts);

    // writing
    QCoro::Task<Result<QByteArray>> newRecord(run::StepIndex index, bool withKeys);
    QCoro::Task<Result<void>> learnGroup(QString group);
    QCoro::Task<run::WriteOutcome> writeGroup(run::StepIndex index);
    QCoro::Task<std::vector<run::WriteOutcome>> writeBulk(std::vector<run::StepIndex> steps);
    QCoro::Task<std::vector<run::WriteOutcome>> removeAll(std::vector<run::StepIndex> steps);
    QCoro::Task<Result<QString>> whyNotLeftTo(QString group, HubHostName hub);
    QCoro::Task<run::WriteOutcome> removeOne(run::StepIndex index);
    QCoro::Task<> tellOfGroup(run::StepIndex index);
    /// The record is as this run wrote it before: nothing but the hub differs from what was read, or it is the split-out.
    QCoro::Task<Result<bool>> isHandedBack(run::StepIndex index, fleet::Enrollment now);
    bool handsBack(run::StepIndex index) const;
    QCoro::Task<run::ReadBackDone> readRemoval(run::StepIndex index, std::optional<fleet::Enrollment> found);
    QCoro::Task<run::ReadBackDone> whereHandedBack(run::StepIndex index);
    QCoro::Task<Result<void>> enrollmentsDrifted(std::vector<run::StepIndex> steps, std::stop_token stop);
    QCoro::Task<Result<void>> roomDrifted(plan::Room room, qint64 arriving, std::stop_token stop);
    QCoro::Task<run::WriteOutcome> outcomeOf(run::StepIndex index, Error error);

    // telling
    const plan::Telling *tellingOf(run::DeviceIndex index) const;
    QByteArray jobBody(const Order &order) const;
    QCoro::Task<std::vector<run::TriggerOutcome>> runJob(Order order);
    QCoro::Task<bool> takeJobSlot(Order order);
    QCoro::Task<Result<bool>> carryJobOut(backend::HubClient *hub, Order order);
    QCoro::Task<Result<void>> startJob(backend::HubClient *hub, Order order);
    QCoro::Task<bool> followJob(backend::HubClient *hub, Order order);
    QCoro::Task<run::TriggerOutcome> tellOne(plan::TriggerKind kind, QString name, run::DeviceIndex index);
    QCoro::Task<Result<void>> enable(run::DeviceIndex index);
    QCoro::Task<Result<void>> registerFor(run::DeviceIndex index);
    QCoro::Task<Result<QByteArray>> deviceKey(run::DeviceIndex index);

    // looking
    QCoro::Task<> lookAtOne(Looking &looking, run::DeviceIndex index);
    QCoro::Task<> lookAtGroups(Looking &looking, const std::vector<run::DeviceIndex> &devices);
    QCoro::Task<> listGroup(Looking &looking, run::StepIndex group);
    QCoro::Task<> lookAtRegistrations(Looking &looking, std::vector<run::DeviceIndex> devices);
    QCoro::Task<QSet<QString>> illTargets(Looking &looking);
    QCoro::Task<> lookForStragglers(Looking &looking, const std::vector<run::DeviceIndex> &devices);
    QCoro::Task<> lookAtIndividuals(Looking &looking, const std::vector<run::DeviceIndex> &devices);
    QCoro::Task<> lookAtTarget(Looking &looking, QString hub, std::vector<run::DeviceIndex> devices);
    QCoro::Task<> lookAtSource(Looking &looking, QString hub, std::vector<run::DeviceIndex> devices);
    QCoro::Task<> lookAtSources(Looking &looking, const std::vector<run::DeviceIndex> &devices);
    QCoro::Task<> lookAtRegistration(Looking &looking, run::DeviceIndex index);
    QCoro::Task<> lookAtTwin(Looking &looking, run::DeviceIndex index);
    QCoro::Task<> lookAtIdentity(Looking &looking, run::DeviceIndex index);
    bool isGrouped(run::DeviceIndex index) const
    {
        return step(device(index).step).strategy == plan::Strategy::RepointGroup;
    }
    void tell(Looking &looking, run::DeviceIndex index, const backend::Registration &registration);
    void tell(Looking &looking, run::DeviceIndex index, const backend::Twin &twin, bool certain);
    /// Counts the modules at the target of those of these devices that had some and are not known to have them again.
    QCoro::Task<Result<void>> countModules(
        QString hub, std::vector<run::DeviceIndex> devices, std::stop_token stop, int *calls);
    /// What hung on the device at its source and is not at the target; empty where it is all there.
    QString lacking(run::DeviceIndex index, const backend::Twin &twin) const;
    /// In what the twin is not what the re-provisioning policy makes of it; empty where it is, or nobody can say.
    QString differingFromPolicy(run::DeviceIndex index, const backend::Twin &twin);
    QByteArray recordOf(run::StepIndex index) const;
    /// Its data is to come over from a hub.
    bool compares(run::DeviceIndex index) const
    {
        return step(device(index).step).policy == fleet::Reprovision::Migrate && !device(index).source.isNull();
    }
    bool wasKept(const Looking &looking, run::DeviceIndex index) const;
    bool isOlder(const Looking &looking, run::DeviceIndex index, const backend::Registration &registration) const;
    bool lacksSubstatus(const Looking &looking, run::DeviceIndex index) const;

    inventory::Services &m_services;
    plan::Plan m_plan;
    QHash<QString, run::DeviceIndex> m_byRegistration;
    /// Hub and device id.
    QHash<std::pair<QString, QString>, run::DeviceIndex> m_byTarget;
    /// How many devices a hub holds, as it was last told.
    QHash<QString, size_t> m_sizes;
    /// Pages of a group's registrations the last time.
    QHash<run::StepIndex, int> m_pages;
    /// Registrations of individual enrollments read one by one so far.
    int m_registrationsRead = 0;
    size_t m_stragglersRead = 0;
    /// Jobs under way on each hub.
    QHash<QString, int> m_jobsOn;
    /// What looking may take of DPS.
    std::unique_ptr<backend::Gate> m_lookGate;
    double m_pace = 1;
    int m_sharers = 1;
    QHash<std::pair<QString, QString>, run::DeviceIndex> m_bySource;
    QHash<QString, run::StepIndex> m_bringing;
    QHash<run::StepIndex, EnrollmentSnapshot> m_before;
    QHash<run::DeviceIndex, QByteArray> m_twins;
    /// Of enrollments with the policy reset.
    QHash<run::StepIndex, backend::Twin> m_initial;
    /// What DPS says it did with the data of a device, where that is not its policy.
    QHash<run::DeviceIndex, QString> m_substatus;
    /// Removals whose device has been told by this process.
    QSet<run::StepIndex> m_toldOfGroup;
    /// Of the few devices that something hangs on.
    QHash<run::DeviceIndex, plan::Attached> m_attached;
    /// How many of their modules the target was last seen to have.
    QHash<run::DeviceIndex, int> m_modules;
    /// Set where twins are changed to tell devices.
    QString m_ownProperty;
    /// Groups that devices are split out of; their keys stay in memory.
    struct Group {
        QByteArray raw;
        QByteArray keys;
    };
    QHash<QString, Group> m_groups;
};

/// Awaits `work(item)` for all, at most `atOnce` under way.
template <typename T, typename F>
QCoro::Task<> forEach(std::vector<T> items, size_t atOnce, F work)
{
    std::vector<QCoro::Task<>> lanes;
    size_t next = 0;
    // A lane takes the next item as soon as its last is done.
    const auto lane = [](const std::vector<T> &all, size_t &index, F &step) -> QCoro::Task<> {
        while (index < all.size())
            co_await step(all[index++]);
    };
    for (size_t i = 0; i < std::min(atOnce, items.size()); ++i)
        lanes.push_back(lane(items, next, work));
    for (QCoro::Task<> &running : lanes)
        co_await running;
}

} // namespace drover::migration
