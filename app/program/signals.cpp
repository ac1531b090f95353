#include "app/program/signals.h"

#ifdef Q_OS_UNIX
#include <array>
#include <csignal>
#include <unistd.h>
#endif

namespace drover::program {
#ifdef Q_OS_UNIX
namespace {

constexpr std::sig_atomic_t stays = -1;

std::array<int, 2> pipeEnds{-1, -1};
volatile std::sig_atomic_t timesAsked = 0;
volatile std::sig_atomic_t codeOfSecond = stays;

/// Only what is safe in a signal handler.
void onSignal(int)
{
    timesAsked = timesAsked + 1;
    if (timesAsked > 1 && codeOfSecond != stays)
        ::_exit(codeOfSecond);
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(pipeEnds[1], &byte, 1);
}

} // namespace

Signals::Signals(std::optional<int> codeOfTheSecond, QObject *parent)
    : QObject(parent)
{
    timesAsked = 0;
    codeOfSecond = codeOfTheSecond.value_or(stays);
    if (::pipe(pipeEnds.data()) != 0)
        return;
    m_notifier = std::make_unique<QSocketNotifier>(pipeEnds[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        m_notifier->setEnabled(false);
        Q_EMIT asked();
    });
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
}

Signals::~Signals()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    m_notifier.reset();
    for (int &end : pipeEnds) {
        ::close(end);
        end = -1;
    }
}
#else
Signals::Signals(std::optional<int>, QObject *parent)
    : QObject(parent)
{
}

Signals::~Signals() = default;
#endif

} // namespace drover::program
