#pragma once

#include "models/core/error.h"

#include <QCoroTask>
#include <QProcess>
#include <QTemporaryDir>

#include <chrono>

namespace drover::engine {

/// The simulated Azure of this machine: a child process that ends with us, even when we are killed.
class LocalAzure final {
public:
    static constexpr std::chrono::seconds patience{15};

    LocalAzure();
    ~LocalAzure();

    /// The endpoints file once the simulator answers; its folder is ours alone and goes with us.
    QCoro::Task<Result<QString>> start(QString scenario, double speed);
    void stop();
    /// Ends a start that is under way at once: a world that nobody saw yet needs no farewell.
    void giveUp();
    bool isRunning() const { return m_process.state() == QProcess::Running; }

    /// Beside our own executable, else in PATH; empty when there is none.
    static QString program();

private:
    QCoro::Task<bool> saidItListens();

    QTemporaryDir m_folder;
    QProcess m_process;
};

} // namespace drover::engine
