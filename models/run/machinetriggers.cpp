#include "models/run/runmachine.h"

#include "models/run/words.h"

using namespace Qt::StringLiterals;

// Telling devices to register again, at a pace, and giving up on those that do not come.
namespace drover::run {

bool RunMachine::wantsTrigger(DeviceIndex index) const
{
    const Device &device = at(index);
    const Sighting::Registration registration = device.facts.registration;
    return stepIsDone(index) && planned(index).wave <= m_wave && !isSettled(index) && !device.underWay
        && registration != Sighting::Registration::OnTarget && registration != Sighting::Registration::Assigning
        && !isExhausted(device) && kindOf(index) != plan::TriggerKind::Wait && !waitsToBeSeen(index);
}

void RunMachine::queueTrigger(DeviceIndex index)
{
    Device &device = at(index);
    if (device.queued || device.underWay || isSettled(index))
        return;
    const plan::TriggerKind kind = kindOf(index);
    if (kind == plan::TriggerKind::Wait)
        return waitForIt(index);
    device.queued = true;
    if (kind == plan::TriggerKind::Method)
        m_triggerQueue.push_back(index);
    else
        m_batchQueues[{device.telling, kind}].push_back(index);
}

void RunMachine::retryLater(DeviceIndex index, Duration span)
{
    at(index).retryAt = m_now + span;
    m_timers.push({.at = at(index).retryAt, .device = index});
}

void RunMachine::startDeadline(DeviceIndex index)
{
    Device &device = at(index);
    if (device.deadline != Instant{})
        return;
    device.deadline = m_now + m_plan.options.deadline;
    m_timers.push({.at = device.deadline, .device = index});
}

bool RunMachine::isOverdue(DeviceIndex index) const
{
    const Device &device = at(index);
    return device.heard && device.deadline != Instant{} && isLate(device.deadline - m_plan.options.deadline + m_options.retryAfter);
}

void RunMachine::apply(const TriggerIntended &event)
{
    for (const DeviceIndex index : event.devices) {
        if (!knows(index) || !at(index).underWay)
            continue;
        at(index).intended = true;
        ++at(index).tries;
    }
}

void RunMachine::apply(const TriggerOutcome &event)
{
    if (!knows(event.device) || !at(event.device).underWay || at(event.device).inBatch)
        return;
    --m_triggering;
    take(event);
}

/// What became of telling one device.
void RunMachine::take(const TriggerOutcome &event)
{
    Device &device = at(event.device);
    device.underWay = false;
    device.intended = false;
    device.away |= event.result == TriggerResult::Accepted || event.result == TriggerResult::Silent
        || event.result == TriggerResult::Refused || event.result == TriggerResult::NotOnline
        || event.result == TriggerResult::Lost;
    device.heard |= event.result == TriggerResult::Accepted;
    startDeadline(event.device);
    if (!std::exchange(device.asked, true) && planned(event.device).wave == m_wave)
        m_lastAsked = m_now;
    // What was seen meanwhile goes further than what the method's answer tells.
    const bool early = device.state == DeviceState::Enrolled || device.state == DeviceState::Triggered
        || device.state == DeviceState::Waiting || device.state == DeviceState::Throttled;
    DeviceState told = DeviceState::Triggered;
    Duration pause = m_options.retryAfter;
    QString note;
    if (event.result == TriggerResult::NotOnline) {
        told = DeviceState::Waiting;
        pause = m_options.waitingRetry;
        note = u"offline"_s;
        if (device.facts.source == Sighting::Source::Connected)
            device.facts.source = Sighting::Source::Present;
    } else if (event.result == TriggerResult::Throttled) {
        told = DeviceState::Throttled;
        pause = m_options.serviceRetry;
        note = u"its hub throttles methods"_s;
    } else if (event.result == TriggerResult::Refused) {
        ++device.refusals;
        note = u"%1 answered %2"_s.arg(m_plan.options.method).arg(event.status);
    } else if (event.result == TriggerResult::Silent) {
        note = u"%1 got no answer"_s.arg(m_plan.options.method);
    } else if (event.result == TriggerResult::NotThere) {
        note = u"its hub says that it is not there"_s;
    } else if (event.result == TriggerResult::NotTold) {
        told = DeviceState::Enrolled;
        pause = Duration(1);
    }
    // None of them counts as having been told.
    if (told != DeviceState::Triggered && device.tries > 0)
        --device.tries;
    if (early) {
        device.note = m_words.of(note);
        setState(event.device, told);
    }
    if (event.result == TriggerResult::NotOnline && goOnInChain(device, true))
        pause = Duration(1);
    retryLater(event.device, pause);
}

std::optional<Instant> RunMachine::nextTrigger() const
{
    const auto when = [this](double wanted) {
        if (!mayTellOneMore())
            return m_hour.front() + std::chrono::hours(1);
        return m_now + Duration(static_cast<qint64>(std::max(0.0, wanted - m_allowance) / perMillisecond()) + 1);
    };
    std::optional<Instant> next;
    if (!holdsBack() && !m_triggerQueue.empty() && m_triggering < m_options.triggersInFlight)
        next = when(std::min(burst(), static_cast<double>(m_triggerQueue.size())));
    for (const auto &[key, queue] : m_batchQueues) {
        const bool enables = key.second == plan::TriggerKind::Enable;
        if (queue.empty() || !mayStartBatch(key.second, key.first) || (holdsBack() && !enables))
            continue;
        const Instant at = enables ? m_enableNotBefore : when(1);
        next = std::min(next.value_or(at), at);
    }
    return next;
}

void RunMachine::refill()
{
    m_allowance = std::min(burst(), m_allowance + perMillisecond() * static_cast<double>((m_now - m_allowanceAt).count()));
    m_allowanceAt = m_now;
}

void RunMachine::commandTriggers(Commands &commands)
{
    std::vector<DeviceIndex> batch;
    while (!holdsBack() && !m_triggerQueue.empty() && m_triggering < m_options.triggersInFlight && m_allowance >= 1
        && mayTellOneMore()) {
        const DeviceIndex index = m_triggerQueue.front();
        m_triggerQueue.pop_front();
        at(index).queued = false;
        if (!wantsTrigger(index)) {
            startDeadline(index);
            continue;
        }
        at(index).underWay = true;
        countMoved(index);
        ++m_triggering;
        m_allowance -= 1;
        batch.push_back(index);
        if (static_cast<int>(batch.size()) == m_options.devicesPerTrigger)
            commands.emplace_back(Trigger{.devices = std::exchange(batch, {})});
    }
    if (!batch.empty())
        commands.emplace_back(Trigger{.devices = std::move(batch)});
}

void RunMachine::expire()
{
    while (!m_timers.empty() && isLate(m_timers.top().at)) {
        const DeviceIndex device = m_timers.top().device;
        m_timers.pop();
        if (device >= 0 && !isSettled(device))
            expireDevice(device);
    }
}

void RunMachine::expireDevice(DeviceIndex index)
{
    const Device &device = at(index);
    if (m_blindSince) {
        m_timers.push({.at = m_now + m_options.blindNotice, .device = index});
        return;
    }
    if (isLateToConnect(index))
        return failDevice(index, u"It was assigned and has not connected in time"_s,
            u"Look at the device: its network, its firmware, its cached hub."_s, m_words.text(device.remark), false);
    if (device.deadline != Instant{} && isLate(device.deadline))
        failLate(index);
    else if (!isLate(device.retryAt) || device.underWay)
        return;
    else if (wantsTrigger(index) || (isExhausted(device) && goOnInChain(at(index), false) && wantsTrigger(index)))
        queueTrigger(index);
}

void RunMachine::failLate(DeviceIndex index)
{
    const Device &device = at(index);
    const Sighting::Facts &facts = device.facts;
    const QString note = m_words.text(device.note != 0 ? device.note : device.remark);
    const QString within
        = u"within %1 min"_s.arg(std::chrono::duration_cast<std::chrono::minutes>(m_plan.options.deadline).count());
    if (facts.registration == Sighting::Registration::Failed) {
        failNotAssigned(index);
    } else if (homeState(device)) {
        failDevice(index, u"It is home, but its own enrollment could not be deleted %1"_s.arg(within),
            u"Look at the provisioning service, then retry."_s, note, false);
    } else if (facts.registration == Sighting::Registration::OnTarget && facts.target == Sighting::Target::Connected
        && facts.source == Sighting::Source::Unknown) {
        failDevice(index, u"It is connected at the target, and its source did not tell whether it still knows it"_s,
            u"Retry when the source answers."_s, note, false);
    } else if (facts.registration == Sighting::Registration::OnTarget && facts.target == Sighting::Target::Connected
        && facts.source != Sighting::Source::Absent) {
        failDevice(index, u"It is on both hubs"_s, u"Check which one it talks to, then delete the other identity."_s,
            note, false);
    } else if (facts.registration == Sighting::Registration::OnTarget && facts.target == Sighting::Target::Connected) {
        failDevice(index, u"It is connected at the target and could not be verified %1"_s.arg(within),
            u"Put on the target hub what is missing there, then retry."_s, note, false);
    } else if (facts.registration == Sighting::Registration::OnTarget) {
        failDevice(index, u"It was assigned to the target and did not connect there %1"_s.arg(within),
            u"Look at the device: its network, its firmware, its cached hub."_s, note, false);
    } else if (facts.registration == Sighting::Registration::Astray) {
        failDevice(index, u"DPS assigned it to another hub"_s,
            u"Look its enrollment up: somebody has changed it since this run wrote it."_s, m_words.text(device.remark), false);
    } else if (device.state == DeviceState::Waiting && device.heard) {
        failDevice(index, u"It left to register again and did not %1"_s.arg(within),
            u"Inspect it: what DPS says of its registration, whether its target answers, whether an enrollment of its own shuts it out."_s, {}, false);
    } else if (device.state == DeviceState::Waiting) {
        failDevice(index, u"It was offline and did not come %1"_s.arg(within),
            u"While its enrollment names the target, it will follow when it comes back and registers."_s, note, false);
    } else {
        failDevice(index, u"It did not register again %1"_s.arg(within),
            u"Look its enrollment up: while that names the target, restart the device and it will follow."_s, note, false);
    }
}

/// All that was to happen within some time gets that time again.
void RunMachine::postpone(Duration rest)
{
    m_waitingFor = m_now;
    m_lastAsked += rest;
    if (m_soakUntil)
        *m_soakUntil += rest;
    for (DeviceIndex index = 0; index < deviceCount(); ++index) {
        Device &device = at(index);
        if (isSettled(index))
            continue;
        if (device.deadline != Instant{}) {
            device.deadline += rest;
            m_timers.push({.at = device.deadline, .device = index});
        }
        if (device.assignedAt != Instant{}) {
            device.assignedAt += rest;
            watchConnecting(index);
        }
    }
}

void RunMachine::takeUpDevices(Duration rest)
{
    m_lastAsked += rest;
    m_allowanceAt = m_now;
    m_triggering = 0;
    takeUpBatches();
    for (DeviceIndex index = 0; index < deviceCount(); ++index) {
        Device &device = at(index);
        if (isSettled(index)) {
            device.underWay = device.inBatch;
            continue;
        }
        if (device.deadline != Instant{}) {
            device.deadline += rest;
            m_timers.push({.at = device.deadline, .device = index});
        }
        if (device.inBatch)
            continue;
        if (device.assignedAt != Instant{}) {
            device.assignedAt += rest;
            watchConnecting(index);
        }
        if (stepIsDone(index) && homeState(device))
            mayClose(index);
        const bool told = std::exchange(device.intended, false);
        if (std::exchange(device.underWay, false)) {
            // Whether it heard is not known and does no harm: look first, tell again only if it stays. Not held against
            // it.
            if (told) {
                // Where it is seen now, it may have come to on that call.
                device.away = true;
                --device.tries;
                retryLater(index, m_options.lostRetry);
            } else {
                queueTrigger(index);
            }
            startDeadline(index);
        }
    }
}

} // namespace drover::run
