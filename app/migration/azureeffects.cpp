#include "app/migration/azureeffects.h"

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

/// Looks of one kind come together.
constexpr double looksAtOnce = 10;

} // namespace

AzureEffects::AzureEffects(inventory::Services &services)
    : m_services(services)
{
}

fleet::Enrollment::Kind AzureEffects::kindOf(const plan::Step &step)
{
    return step.strategy == plan::Strategy::RepointGroup ? fleet::Enrollment::Kind::Group
                                                         : fleet::Enrollment::Kind::Individual;
}

void AzureEffects::begin(const plan::Plan &plan, Snapshots kept)
{
    m_plan = plan;
    m_byRegistration.clear();
    m_byTarget.clear();
    m_bySource.clear();
    m_before.clear();
    m_twins.clear();
    m_initial.clear();
    m_substatus.clear();
    m_toldOfGroup.clear();
    m_attached.clear();
    m_modules.clear();
    for (const plan::Attached &one : plan.attached)
        m_attached.insert(one.device, one);
    m_groups.clear();
    m_bringing.clear();
    const bool changesTwins = std::ranges::any_of(m_plan.tellings, [](const plan::Telling &telling) {
        return std::ranges::any_of(telling.chain, [](plan::TriggerKind kind) {
            return kind == plan::TriggerKind::Twin || kind == plan::TriggerKind::TwinJob;
        });
    });
    m_pace = plan.options.dpsShare;
    m_sharers = 1;
    m_lookGate = std::make_unique<backend::Gate>(m_services.clock(), backend::Limit{looksPerMinute(), looksAtOnce});
    m_pages.clear();
    m_sizes.clear();
    m_registrationsRead = 0;
    m_stragglersRead = 0;
    m_jobsOn.clear();
    m_ownProperty = changesTwins ? m_plan.options.property : QString();
    for (run::StepIndex index = 0; index < static_cast<run::StepIndex>(m_plan.steps.size()); ++index) {
        if (step(index).strategy == plan::Strategy::RepointIndividual || step(index).strategy == plan::Strategy::SplitOut)
            m_bringing.insert(step(index).enrollment.toLower(), index);
    }
    for (run::DeviceIndex index = 0; index < static_cast<run::DeviceIndex>(m_plan.devices.size()); ++index) {
        const plan::PlannedDevice &row = device(index);
        m_byRegistration.insert(row.registrationId.toLower(), index);
        m_byTarget.insert({row.target.text(), row.deviceId}, index);
        m_bySource.insert({row.source.text(), row.deviceId}, index);
    }
    for (EnrollmentSnapshot &row : kept.enrollments)
        m_before.insert(row.step, std::move(row));
    for (TwinSnapshot &row : kept.twins)
        m_twins.insert(row.device, std::move(row.digest));
}

QString AzureEffects::slowed() const
{
    const std::optional<backend::Slowed> slowed = m_services.door().slowed();
    if (!slowed)
        return {};
    return u"%1 bears %2 % of its limit now"_s.arg(slowed->host.section(u'.', 0, 0)).arg(qRound(slowed->share * 100));
}

void AzureEffects::setPace(double share)
{
    m_pace = share;
    applyShare();
}

void AzureEffects::setSharers(int runs)
{
    m_sharers = runs;
    applyShare();
}

/// Hubs are one run's alone; the provisioning service may be used by others too.
void AzureEffects::applyShare()
{
    m_services.applyLimits({}, m_plan.options.dps, m_pace / m_sharers, m_plan.options.hubShare);
    m_lookGate->setLimit({looksPerMinute(), looksAtOnce});
}

double AzureEffects::looksPerMinute() const
{
    return m_plan.options.dps.operationsPerMinute * m_plan.options.lookShare / m_sharers;
}

QCoro::Task<run::TriggerOutcome> AzureEffects::trigger(run::DeviceIndex index)
{
    using run::TriggerResult;
    constexpr std::chrono::seconds patience(10);
    run::TriggerOutcome outcome{.device = index, .result = TriggerResult::Lost, .status = 0};
    backend::HubClient *hub = m_services.hub(device(index).source.text());
    // Never assigned anywhere, or on a hub we hold no key for: it will come by itself or not at all.
    if (!hub) {
        outcome.result = TriggerResult::NotThere;
        co_return outcome;
    }
    const Result<backend::MethodAnswer> answer
        = co_await hub->invoke(device(index).deviceId, m_plan.options.method, QByteArrayLiteral("{}"), patience, {});
    if (answer) {
        outcome.status = answer->status;
        outcome.result = answer->status >= 400 ? TriggerResult::Refused : TriggerResult::Accepted;
        co_return outcome;
    }
    const Error &error = answer.error();
    outcome.status = error.status;
    if (error.code == 404103)
        outcome.result = TriggerResult::NotOnline;
    else if (error.kind == ErrorKind::NotFound)
        outcome.result = TriggerResult::NotThere;
    else if (error.code == 504101 || error.status == 504)
        outcome.result = TriggerResult::Silent;
    else if (error.kind == ErrorKind::Throttled)
        outcome.result = TriggerResult::Throttled;
    co_return outcome;
}

} // namespace drover::migration
