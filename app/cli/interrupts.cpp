#include "app/cli/interrupts.h"

#include "app/cli/terminal.h"

#ifdef Q_OS_UNIX
#include <array>
#include <csignal>
#include <unistd.h>
#endif

namespace drover::cli {
#ifdef Q_OS_UNIX
namespace {

std::array<int, 2> pipeEnds{-1, -1};
volatile std::sig_atomic_t timesAsked = 0;

/// Only what is safe in a signal handler.
void onSignal(int)
{
    timesAsked = timesAsked + 1;
    if (timesAsked > 1)
        ::_exit(PausedOrStopped);
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(pipeEnds[1], &byte, 1);
}

} // namespace

Interrupts::Interrupts()
{
    timesAsked = 0;
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

Interrupts::~Interrupts()
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
Interrupts::Interrupts() = default;
Interrupts::~Interrupts() = default;
#endif

} // namespace drover::cli
