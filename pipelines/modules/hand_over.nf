// All that is kept of one run, gathered by bin/hand-over.sh and copied to the output folder.
process HAND_OVER {
    tag "${run.id}"

    input:
    tuple val(run), path(reads, stageAs: 'in/reads/*'), path(assembly, stageAs: 'in/assembly/*'), path(stats, stageAs: 'in/stats/*'), path(reports, stageAs: 'in/reports/*'), path(versions, stageAs: 'in/versions/*'), path(spent, stageAs: 'in/spent/*')
    path tools, stageAs: 'tools/*'

    output:
    tuple val(run), path("${run.id}"), emit: folder

    script:
    def options = [reads: reads, assembly: assembly, stats: stats, report: reports, versions: versions, free: spent]
        .collectMany { name, files -> [files].flatten().collect { file -> "--${name} '${file}'" } }
        .join(' ')
    """
    bash tools/hand-over.sh --run '${run.id}' ${options} \
        --version 'nextflow=${nextflow.version}' --version '${workflow.manifest.name}=${workflow.manifest.version}'
    """
}
