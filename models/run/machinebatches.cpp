#include "models/plan/triggers.h"
#include "models/run/runmachine.h"

#include "models/run/words.h"

using namespace Qt::StringLiterals;

// Triggers of all kinds but methods: devices told together, which of a chain comes next, and what is disabled is
// enabled again.
namespace drover::run {

using plan::TriggerKind;

namespace {

bool isJob(TriggerKind kind)
{
    return kind == TriggerKind::Job || kind == TriggerKind::TwinJob;
}

/// An offline device hears of it when it comes back, or is moved without hearing anything.
bool reachesOffline(TriggerKind kind)
{
    return kind != TriggerKind::Method && kind != TriggerKind::Wait;
}

/// A device that does not know the method does not know it in a job either.
bool callsMethod(TriggerKind kind)
{
    return kind == TriggerKind::Method || kind == TriggerKind::Job;
}

} // namespace

void RunMachine::chooseTellings()
{
    m_tellings = m_plan.tellings;
    // Old plans tell by method, whatever the hub.
    m_tellings.push_back({.source = {}, .chain = {TriggerKind::Method, TriggerKind::Wait}});
    const auto usual = m_tellings.size() - 1;
    QHash<HubHostName, size_t> byHub;
    for (size_t i = 0; i < usual; ++i)
        byHub.insert(m_tellings[i].source, i);
    for (DeviceIndex index = 0; index < deviceCount(); ++index) {
        at(index).telling = static_cast<quint16>(byHub.value(planned(index).source, usual));
    }
}

TriggerKind RunMachine::kindOf(DeviceIndex index) const
{
    const plan::TriggerChain &chain = chainOf(at(index));
    const TriggerKind kind = chain[at(index).means];
    const bool alone = m_plan.steps[static_cast<size_t>(planned(index).step)].strategy != plan::Strategy::RepointGroup;
    const bool small = m_waves[static_cast<size_t>(planned(index).wave)].devices
        <= (alone ? plan::soonerByMethodAlone : plan::soonerByMethod);
    const bool methods = std::ranges::find(chain, TriggerKind::Method) != chain.end();
    return kind == TriggerKind::Job && small && methods && at(index).tries == 0 ? TriggerKind::Method : kind;
}

bool RunMachine::isExhausted(const Device &device) const
{
    return device.tries >= m_options.tries || device.refusals >= 2;
}

/// The next trigger that may do where this one did not. An offline device comes to each of them once.
bool RunMachine::goOnInChain(Device &device, bool offline)
{
    const plan::TriggerChain &chain = chainOf(device);
    if (offline && std::exchange(device.roamed, true))
        return false;
    for (size_t next = device.means + size_t(1); next < chain.size(); ++next) {
        const bool fits = offline ? reachesOffline(chain[next])
                                  : device.refusals < 2 || !callsMethod(chain[next]);
        if (!fits)
            continue;
        device.means = static_cast<quint8>(next);
        device.tries = 0;
        device.refusals = 0;
        return chain[next] != TriggerKind::Wait;
    }
    return false;
}

/// Nobody tells it: it comes by itself, or not in time.
void RunMachine::waitForIt(DeviceIndex index)
{
    Device &device = at(index);
    startDeadline(index);
    device.asked = true;
    if (device.state != DeviceState::Enrolled)
        return;
    device.note = m_words.of(u"nobody tells it; it comes when it registers by itself"_s);
    setState(index, DeviceState::Waiting);
}

void RunMachine::apply(const TellingIntended &event)
{
    const auto found = m_batches.find(event.batch);
    if (found == m_batches.end())
        return;
    found->second.intended = true;
    m_nextBatch = std::max(m_nextBatch, event.batch + 1);
    for (const DeviceIndex index : event.devices) {
        if (!knows(index) || !at(index).inBatch)
            continue;
        // From now on it may be disabled, whatever is heard of it.
        if (event.kind == TriggerKind::Disable && !std::exchange(at(index).disabled, true))
            ++m_disabled;
        if (event.kind != TriggerKind::Enable && !std::exchange(at(index).intended, true))
            ++at(index).tries;
    }
}

void RunMachine::apply(const Told &event)
{
    const auto found = m_batches.find(event.batch);
    if (found == m_batches.end() || !found->second.intended || found->second.doubtful)
        return;
    Batch &batch = found->second;
    if (event.outcomes.empty() && ++batch.silent < m_options.serviceTries) {
        batch.doubtful = true;
        batch.notBefore = m_now + m_options.serviceRetry;
        m_timers.push({.at = batch.notBefore});
        return;
    }
    const Batch over = std::move(batch);
    m_batches.erase(found);
    QHash<DeviceIndex, TriggerOutcome> outcomes;
    for (const TriggerOutcome &outcome : event.outcomes)
        outcomes.insert(outcome.device, outcome);
    for (const DeviceIndex index : over.devices) {
        const TriggerOutcome outcome = outcomes.value(index, {.device = index, .result = TriggerResult::Lost, .status = 0});
        at(index).inBatch = false;
        if (over.kind == TriggerKind::Enable) {
            at(index).underWay = false;
            enabled(outcome);
        } else if (isSettled(index)) {
            at(index).underWay = false;
            at(index).intended = false;
        } else {
            take(outcome);
        }
    }
    // What was settled or has come home meanwhile does not stay disabled.
    for (const DeviceIndex index : over.devices) {
        const bool home = at(index).facts.registration == Sighting::Registration::OnTarget;
        if (over.kind != TriggerKind::Enable && (home || isSettled(index) || m_phase == Phase::Stopping))
            queueEnable(index);
    }
}

/// A device that this run disabled, and that is on its new hub or is given up.
void RunMachine::queueEnable(DeviceIndex index)
{
    Device &device = at(index);
    if (!device.disabled || device.underWay)
        return;
    std::deque<DeviceIndex> &queue = m_batchQueues[{quint16(0), TriggerKind::Enable}];
    if (std::ranges::find(queue, index) == queue.end())
        queue.push_back(index);
}

void RunMachine::enabled(const TriggerOutcome &outcome)
{
    Device &device = at(outcome.device);
    const bool done = outcome.result == TriggerResult::Accepted || outcome.result == TriggerResult::NotThere;
    if (!done && outcome.result != TriggerResult::Refused) {
        m_enableNotBefore = m_now + m_options.serviceRetry;
        return queueEnable(outcome.device);
    }
    if (std::exchange(device.disabled, false))
        --m_disabled;
    if (!done) {
        say(RunEvent::Tone::Bad,
            u"%1 is still disabled at %2: its hub refused to enable it (%3)."_s.arg(planned(outcome.device).deviceId,
                planned(outcome.device).source.text())
                .arg(outcome.status));
    }
}

/// It was never sent: its devices wait for another one.
void RunMachine::dropBatch(const Batch &batch)
{
    for (const DeviceIndex index : batch.devices) {
        at(index).inBatch = false;
        at(index).underWay = false;
        if (batch.kind == TriggerKind::Enable)
            queueEnable(index);
        else
            queueTrigger(index);
    }
}

void RunMachine::takeUpBatches()
{
    m_calledOff = false;
    m_enableNotBefore = {};
    for (auto batch = m_batches.begin(); batch != m_batches.end();) {
        if (!batch->second.intended) {
            const Batch unsent = batch->second;
            batch = m_batches.erase(batch);
            dropBatch(unsent);
            continue;
        }
        batch->second.doubtful = true;
        batch->second.silent = 0;
        batch->second.notBefore = {};
        ++batch;
    }
}

bool RunMachine::mayStartBatch(TriggerKind kind, quint16 telling) const
{
    int sameHub = 0;
    int devices = 0;
    for (const auto &[number, batch] : m_batches) {
        sameHub += isJob(batch.kind) && batch.telling == telling ? 1 : 0;
        devices += isJob(batch.kind) ? 0 : static_cast<int>(batch.devices.size());
    }
    // One more than run at a time: it is ready when a place gets free.
    return isJob(kind) ? sameHub <= m_tellings[telling].jobsAtOnce : devices < m_options.triggersInFlight;
}

/// A job that is faster than the pace makes a burst: then it is a small one.
int RunMachine::largestBatch(TriggerKind kind, quint16 telling) const
{
    if (!isJob(kind))
        return m_options.devicesPerTrigger;
    const plan::Telling &how = m_tellings[telling];
    return plan::devicesInJob(how.jobDevicesPerSecond * how.jobsAtOnce, triggersPerMinute());
}

void RunMachine::commandBatch(Commands &commands, TriggerKind kind, quint16 telling, std::deque<DeviceIndex> &queue)
{
    Batch batch{.kind = kind, .devices = {}, .telling = telling};
    const int most = largestBatch(kind, telling);
    qsizetype length = 0;
    while (!queue.empty() && static_cast<int>(batch.devices.size()) < most) {
        const DeviceIndex index = queue.front();
        const bool enables = kind == TriggerKind::Enable;
        length += planned(index).deviceId.size() + 3;
        if (length > plan::longestCondition && !batch.devices.empty())
            break;
        if (!enables && ((!isJob(kind) && m_allowance < 1) || !mayTellOneMore()))
            break;
        queue.pop_front();
        at(index).queued = enables && at(index).queued;
        if (enables ? !at(index).disabled || at(index).underWay : !wantsTrigger(index)) {
            if (!enables)
                startDeadline(index);
            continue;
        }
        at(index).underWay = true;
        at(index).inBatch = true;
        // A job pays for all of its devices at once: what comes after it waits longer.
        if (!enables) {
            m_allowance -= 1;
            countMoved(index);
        }
        batch.devices.push_back(index);
    }
    if (batch.devices.empty())
        return;
    commands.emplace_back(Trigger{.devices = batch.devices, .kind = kind, .batch = m_nextBatch});
    m_batches.emplace(m_nextBatch++, std::move(batch));
}

void RunMachine::commandBatches(Commands &commands, bool enableOnly)
{
    for (auto &[number, batch] : m_batches) {
        if (!batch.doubtful || !isLate(batch.notBefore))
            continue;
        batch.doubtful = false;
        commands.emplace_back(
            Trigger{.devices = batch.devices, .kind = batch.kind, .batch = number, .again = true});
    }
    for (auto &[key, queue] : m_batchQueues) {
        const auto &[telling, kind] = key;
        const bool enables = kind == TriggerKind::Enable;
        if (((enableOnly || holdsBack()) && !enables) || (enables && !isLate(m_enableNotBefore)))
            continue;
        while (!queue.empty() && mayStartBatch(kind, telling) && (enables || (m_allowance >= 1 && mayTellOneMore())))
            commandBatch(commands, kind, telling, queue);
    }
}

/// Devices that wait to be told, or are being told.
bool RunMachine::isTelling() const
{
    const auto tells = [](TriggerKind kind) { return kind != TriggerKind::Enable; };
    return !m_triggerQueue.empty()
        || std::ranges::any_of(m_batches, [&tells](const auto &batch) { return tells(batch.second.kind); })
        || std::ranges::any_of(m_batchQueues,
            [&tells](const auto &queue) { return tells(queue.first.second) && !queue.second.empty(); });
}

void RunMachine::callOff(Commands &commands) const
{
    if (std::ranges::any_of(m_batches, [](const auto &batch) { return isJob(batch.second.kind); }))
        commands.emplace_back(CallOff{});
}

} // namespace drover::run
